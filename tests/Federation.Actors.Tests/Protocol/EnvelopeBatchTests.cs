using System.Text;
using Akka.Actor;
using Federation.Actors.Protocol;

namespace Federation.Actors.Tests.Protocol;

public sealed class EnvelopeBatchTests
{
    private const string First = """{"type":"data","id":"a","payload":1}""";
    private const string Second = """{"type":"data","payload":"two"}""";
    private const string Third = """{"type":"data","id":"\u0063","payload":[3]}""";
    private readonly CountedSource _source = new();

    [Fact]
    public void Data_is_numbered_and_everything_else_is_a_control()
    {
        var batch = Batches.Of(
            """{"type":"ack","id":"x"}""", First, """{"type":"data","id":"y"}""", Second, Third, """{"type":"request","id":"z"}""");

        Assert.Equal(["a", "", "\\u0063"], Batches.Ids(batch));
        Assert.Equal(["1", "\"two\"", "[3]"], Batches.Payloads(batch));
        Assert.Equal(["x", "y", "z"], batch.Controls.Select(control => Encoding.UTF8.GetString(batch.Id(control))));
        Assert.Equal([EnvelopeType.Ack, EnvelopeType.Data, EnvelopeType.Request], batch.Controls.Select(control => control.Type));
        Assert.Equal((3, 2), (batch.Count, batch.Answerable));
        Assert.Equal(First.Length + Second.Length + Third.Length, batch.Bytes);
    }

    [Fact]
    public void A_batch_of_data_has_no_controls() => Assert.Empty(Batches.Of(First).Controls);

    [Fact]
    public void It_grows_as_far_as_it_must()
    {
        var envelopes = Enumerable.Range(0, 2000).Select(index => $$"""{"type":"data","id":"{{index}}","payload":{{index}}}""").ToArray();

        var batch = Batches.Of(envelopes);

        Assert.Equal(Enumerable.Range(0, 2000).Select(index => $"{index}"), Batches.Ids(batch));
    }

    [Fact]
    public void The_slab_goes_back_when_the_last_message_is_answered_and_not_before()
    {
        var batch = Batches.In(out var slab, _source, First, Second, Third);
        var bytes = slab.Bytes;

        batch.Release(1);
        batch.ReturnCredit();
        batch.Release(1);
        Assert.Same(bytes, slab.Bytes);
        Assert.Equal("[3]", Batches.Payloads(batch)[2]);
        batch.Release(1);

        Assert.Empty(slab.Bytes);
        var next = Slab.Rent(bytes.Length);
        Assert.Same(bytes, next.Bytes);
        next.Release();
    }

    [Fact]
    public void A_batch_lets_go_of_its_own_reference_only()
    {
        var batch = Batches.In(out var slab, null, First);
        slab.Retain();

        batch.Release(1);

        Assert.NotEmpty(slab.Bytes);
        slab.Release();
        Assert.Empty(slab.Bytes);
    }

    [Fact]
    public void A_pinned_batch_never_gives_its_memory_back()
    {
        var batch = Batches.In(out var slab, null, First, Third);
        batch.Pin();

        batch.Release(2);

        Assert.NotEmpty(slab.Bytes);
        Assert.Equal(["1", "[3]"], Batches.Payloads(batch));
    }

    [Fact]
    public void Credit_goes_back_once()
    {
        var batch = Batches.In(out _, _source, First);

        batch.ReturnCredit();
        batch.ReturnCredit();
        batch.Drop();

        Assert.Equal(1, _source.Returned);
    }

    [Theory]
    [InlineData(First)]
    [InlineData("""{"type":"ack","id":"x"}""")]
    public void A_dropped_batch_gives_back_credit_and_memory(string envelope)
    {
        var batch = Batches.In(out var slab, _source, envelope);

        batch.Drop();

        Assert.Equal(1, _source.Returned);
        Assert.Empty(slab.Bytes);
    }

    [Fact]
    public void A_few_messages_in_a_large_slab_move_to_a_small_one()
    {
        var batch = InLargeSlab(out var slab, out var from, out var to, First, """{"type":"request","id":"r","payload":{"m":1}}""", Third);
        slab.Retain();

        batch.Compact(from, to);
        slab.Release();

        Assert.Empty(slab.Bytes);
        Assert.Equal(["a", "\\u0063"], Batches.Ids(batch));
        Assert.Equal(["1", "[3]"], Batches.Payloads(batch));
        var control = Assert.Single(batch.Controls);
        Assert.Equal("r", Encoding.UTF8.GetString(batch.Id(control)));
        Assert.Equal("""{"m":1}""", Encoding.UTF8.GetString(batch.Payload(control).Span));
    }

    [Fact]
    public void Via_and_subject_move_with_the_rest()
    {
        const string Named = """{"via":["n1", "n2"],"subject":"a.\u0062","type":"data","payload":1}""";
        var batch = InLargeSlab(out _, out var from, out var to, First, Named, """{"type":"data","subject":"c","via":["n3"]}""");

        batch.Compact(from, to);

        Assert.Equal(["", "n1,n2"], new[] { Envelopes.Ids(batch.Via(batch[0])), Envelopes.Ids(batch.Via(batch[1])) });
        Assert.True(batch.Subject(batch[0]).IsEmpty);
        Assert.Equal("a.\\u0062", Encoding.UTF8.GetString(batch.Subject(batch[1])));
        var control = Assert.Single(batch.Controls);
        Assert.Equal("n3", Envelopes.Ids(batch.Via(control)));
        Assert.Equal("c", Encoding.UTF8.GetString(batch.Subject(control)));
    }

    [Fact]
    public void Data_that_may_not_go_on_is_a_control()
    {
        var batch = Batches.Of(First);
        var looping = batch[0];
        looping.Loop = LoopVerdict.TooManyHops;

        batch.Add(looping);

        Assert.Equal((1, 1), (batch.Count, batch.Answerable));
        Assert.Equal(LoopVerdict.TooManyHops, Assert.Single(batch.Controls).Loop);
    }

    [Fact]
    public void What_is_missing_is_still_missing_after_the_move()
    {
        var batch = InLargeSlab(out _, out var from, out var to, Second, """{"type":"slow"}""");

        batch.Compact(from, to);

        Assert.Equal([""], Batches.Ids(batch));
        var control = Assert.Single(batch.Controls);
        Assert.True(batch.Id(control).IsEmpty);
        Assert.True(batch.Payload(control).IsEmpty);
    }

    [Theory]
    [InlineData("""{"type":"data","id":"1","subject":"","payload":1}""")]
    [InlineData("""{"type":"data","id":"","subject":"a","payload":1}""")]
    [InlineData("""{"type":"data","id":"1","subject":"a","id":"","subject":"","payload":1}""")]
    [InlineData("""{"type":"data","id":"","subject":"","via":[],"traceparent":"","payload":""}""")]
    [InlineData("""{"type":"request","id":"","subject":"","payload":{}}""")]
    [InlineData("""{"type":"reply","id":""}""")]
    [InlineData("""{"type":"nack","id":"","payload":""}""")]
    public void A_field_that_is_there_and_empty_is_still_readable_after_the_move(string envelope)
    {
        // The envelopes stand at the end of their slab, as after a large message: an offset that is left behind points past a smaller one.
        var slab = Slab.Rent(64 * 1024);
        var from = slab.Bytes.Length - envelope.Length;
        var batch = new EnvelopeBatch(slab, ActorRefs.Nobody, null);
        Batches.Add(batch, slab, from, envelope);
        var before = Parts(batch);

        batch.Compact(from, slab.Bytes.Length);

        Assert.Equal(before, Parts(batch));
    }

    [Fact]
    public void Messages_that_fill_more_than_a_quarter_stay_where_they_are()
    {
        var batch = Batches.In(out var slab, null, First, Second);
        var bytes = slab.Bytes;

        batch.Compact(0, bytes.Length / 4 + 1);

        Assert.Same(bytes, slab.Bytes);
        batch.Release(2);
        Assert.Empty(slab.Bytes);
    }

    private static string Parts(EnvelopeBatch batch)
    {
        var entry = batch.Count > 0 ? batch[0] : Assert.Single(batch.Controls);
        return string.Join(
            '|', Encoding.UTF8.GetString(batch.Id(entry)), Encoding.UTF8.GetString(
                batch.Payload(entry).Span), Encoding.UTF8.GetString(batch.Subject(entry)), Envelopes.Ids(batch.Via(entry)));
    }

    private static EnvelopeBatch InLargeSlab(out Slab slab, out int from, out int to, params string[] envelopes)
    {
        slab = Slab.Rent(64 * 1024);
        from = 5000;
        to = from;
        var batch = new EnvelopeBatch(slab, ActorRefs.Nobody, null);
        foreach (var envelope in envelopes)
        {
            to = Batches.Add(batch, slab, to, envelope);
        }

        return batch;
    }
}
