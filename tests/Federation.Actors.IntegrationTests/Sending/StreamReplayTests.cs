using Federation.Actors.IntegrationTests.Support;

namespace Federation.Actors.IntegrationTests.Sending;

/// <summary>What a stream has is sent again to whoever asks.</summary>
[Trait("Servers", "All")]
public sealed class StreamReplayTests : StreamTestBase
{
    public override async Task InitializeAsync()
    {
        await base.InitializeAsync();
        await Stream.AddAsync(500);
    }

    [Theory]
    [InlineData("""{"count":50}""", 450, 50)]
    [InlineData("""{"start_sequence":401}""", 400, 100)]
    [InlineData("""{"start_time":0}""", 0, 500)]
    [InlineData("""{"count":50,"start_sequence":481}""", 480, 20)]
    [InlineData("""{"count":50,"start_time":253402300799999}""", 500, 0)]
    [InlineData("""{"start_time":253402300799999}""", 500, 0)]
    [InlineData("""{"count":50,"start_time":0}""", 450, 50)]
    [InlineData("""{"start_sequence":501}""", 500, 0)]
    public async Task A_replay_sends_what_is_asked_for_under_ids_of_its_own(string parameters, int first, int count)
    {
        await using var node = await SendingNode.StartAsync(Nats.Url, SendingNode.Stream);
        await using var peer = await ReceivingPeer.ConnectAsync(node.Url, "one");
        await peer.CountAsync(500);
        await Stream.AllAckedAsync(One);

        var reply = (await peer.AskAsync("replay", parameters)).GetProperty("result");
        await Eventually.TrueAsync(() => peer.Received.Count >= 500 + count, "sent again");
        await Stream.AddAsync(10);
        await Eventually.TrueAsync(() => peer.Numbers.Contains(509), "what is new comes as well");

        Assert.Equal(count, reply.GetProperty("messages_available").GetInt32());
        Assert.Equal(count > 0, reply.GetProperty("replay_started").GetBoolean());
        var again = peer.Received.Where(static envelope => envelope.Id.StartsWith("replay-", StringComparison.Ordinal)).ToList();
        Assert.Equal(Enumerable.Range(first, count), again.Select(static envelope => envelope.Number));
        Assert.Equal(510 + count, peer.Received.Count);
    }
}
