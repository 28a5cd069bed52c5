using Federation.Actors.Protocol;

namespace Federation.Actors.Tests.Protocol;

/// <summary>Batches whose data and whose requests are dealt with by different actors, in any order.</summary>
public sealed class EnvelopeBatchPartsTests
{
    private const string Data = """{"type":"data","id":"a","payload":1}""";
    private const string Request = """{"type":"request","id":"r","payload":{}}""";

    private readonly CountedSource _source = new();

    public static TheoryData<string> Orders { get; } = [
        .. Permutations("credit", "release", "release", "end").Distinct(StringComparer.Ordinal)];

    [Theory]
    [InlineData("request", true)]
    [InlineData("reply", true)]
    [InlineData("ack", false)]
    [InlineData("slow", false)]
    [InlineData("unknown", false)]
    public void A_batch_knows_whether_it_holds_requests_or_replies(string type, bool expected)
    {
        Assert.Equal(expected, Batches.Of($$"""{"type":"{{type}}","id":"x","payload":1}""", Data).HasRequests);
    }

    [Fact]
    public void Data_without_a_payload_is_no_request() => Assert.False(Batches.Of("""{"type":"data","id":"y"}""").HasRequests);

    [Theory]
    [MemberData(nameof(Orders))]
    public void Credit_and_memory_go_back_once_and_only_when_all_are_done(string order)
    {
        var batch = Batches.In(out var slab, _source, Data, Request, Data);
        batch.BeginControls();
        HashSet<string> credit = ["credit", "end"];
        var holds = 3;

        foreach (var step in order.Split(' '))
        {
            Do(batch, step);
            credit.Remove(step);
            holds -= string.Equals(step, "credit", StringComparison.Ordinal) ? 0 : 1;
            Assert.Equal(credit.Count == 0 ? 1 : 0, _source.Returned);
            Assert.Equal(holds == 0, slab.Bytes.Length == 0);
        }

        Assert.Empty(slab.Bytes);
    }

    [Theory]
    [InlineData("drop end", Data, Request)]
    [InlineData("end drop", Data, Request)]
    [InlineData("drop end", Request)]
    [InlineData("end drop", Request)]
    public void A_dropped_batch_waits_for_who_reads_its_requests(string order, params string[] envelopes)
    {
        var batch = Batches.In(out var slab, _source, envelopes);
        var first = order.Split(' ')[0];
        batch.BeginControls();

        Do(batch, first);
        Assert.Equal(0, _source.Returned);
        Do(batch, order.Split(' ')[1]);

        Assert.Equal(1, _source.Returned);
        Assert.Empty(slab.Bytes);
    }

    [Fact]
    public void Requests_are_readable_after_the_messages_are_answered()
    {
        var batch = Batches.In(out _, _source, Data, Request);
        batch.BeginControls();

        batch.ReturnCredit();
        batch.Release(1);

        Assert.Equal("{}", System.Text.Encoding.UTF8.GetString(batch.Payload(Assert.Single(batch.Controls)).Span));
    }

    [Fact]
    public void A_pinned_batch_keeps_its_memory_and_gives_its_credit_back()
    {
        var batch = Batches.In(out var slab, _source, Data, Request);
        batch.BeginControls();
        batch.Pin();

        batch.EndControls();
        batch.Drop();

        Assert.Equal(1, _source.Returned);
        Assert.NotEmpty(slab.Bytes);
    }

    private static void Do(EnvelopeBatch batch, string step)
    {
        switch (step)
        {
            case "credit":
                batch.ReturnCredit();
                break;
            case "release":
                batch.Release(1);
                break;
            case "end":
                batch.EndControls();
                break;
            case "drop":
                batch.Drop();
                break;
            default:
                Assert.Fail(step);
                break;
        }
    }

    private static IEnumerable<string> Permutations(params string[] steps) => steps.Length == 1
        ? steps
        : Enumerable.Range(0, steps.Length).SelectMany(
            i => Permutations([.. steps[..i], .. steps[(i + 1)..]]).Select(rest => $"{steps[i]} {rest}"));
}
