using Federation.Actors.IntegrationTests.Support;

namespace Federation.Actors.IntegrationTests.Rfc;

/// <summary>RFC 6455 and RFC 7692 as a peer sees them, case by case, against one node in server mode.</summary>
public abstract class RfcCaseTests(RfcNode node)
{
    public sealed class Lean(RfcNode.Lean node) : RfcCaseTests(node), IClassFixture<RfcNode.Lean>;

    public sealed class Plain(RfcNode.Plain node) : RfcCaseTests(node), IClassFixture<RfcNode.Plain>;

    private static readonly Dictionary<string, RfcCase> All =
        ((IEnumerable<RfcCase>)[.. RfcCases.All, .. RfcUtf8Cases.All, .. RfcDeflateCases.All]).ToDictionary(
            static one => one.Id, StringComparer.Ordinal);

    public static TheoryData<string> Ids => [.. All.Keys];

    [Theory]
    [MemberData(nameof(Ids))]
    public async Task A_peer_gets_what_the_rfc_says(string id)
    {
        var one = All[id];
        using var peer = new RfcPeer();
        await peer.ConnectAsync(node.Url, one.Offer);
        if (one.Agreed is null)
        {
            Assert.Null(peer.Agreed);
        }
        else
        {
            Assert.StartsWith(one.Agreed, peer.Agreed, StringComparison.Ordinal);
        }

        var closes = one.Gets.Any(static got => got.StartsWith("close", StringComparison.Ordinal));
        var reading = peer.ReadAsync(one.Gets.Count, closes);
        await peer.SendAsync([.. one.Sends.SelectMany(static frame => frame)], one.Chop);
        await reading.WaitAsync(Patience.Long);

        var all = string.Join(", ", peer.Gets.TakeLast(5));

        // Acknowledgments and pongs overtake each other.
        var expected = closes ? one.Gets : [.. one.Gets, "close 1000"];
        Assert.True($", {all}".EndsWith($", {expected[^1]}, end", StringComparison.Ordinal), all);
        Assert.Equal(Of("pong", expected), Of("pong", peer.Gets));
        if (!one.MayAck)
        {
            Assert.Equal(Of("ack", expected), Of("ack", peer.Gets));
        }

        Assert.All(peer.Gets.SkipLast(2), got => Assert.True(
            got.StartsWith("ack", StringComparison.Ordinal) || got.StartsWith("pong", StringComparison.Ordinal), all));
    }

    [Fact]
    public void There_are_at_least_300_cases() => Assert.InRange(All.Count, 300, int.MaxValue);

    private static IEnumerable<string> Of(string kind, IEnumerable<string> events) =>
        events.Where(got => got.StartsWith(kind, StringComparison.Ordinal));
}
