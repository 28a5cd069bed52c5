using Federation.Actors.Connections;
using Federation.Actors.Diagnostics;
using Federation.Actors.Protocol;
using Federation.Actors.Tests.Protocol;

namespace Federation.Actors.Tests.Connections;

public sealed class AnswerWriterTests : global::Akka.TestKit.Xunit2.TestKit
{
    private const long Time = 1704844800100;

    private readonly AnswerBuffers _answers = new(4096);
    private readonly ComponentMetrics _metrics = new(new FederationMetrics(), "in");
    private readonly AnswerWriter _writer;

    public AnswerWriterTests() =>
        _writer = new AnswerWriter(_answers, _metrics, new FederationLog(Sys, Sys.Log, "edge-in"), answersRequests: true);

    private IReadOnlyList<string> Written => Envelopes.Texts(_answers.Filling);

    [Fact]
    public void Acks_name_the_messages_of_the_range_that_have_an_id()
    {
        var batch = Batches.Of(Data("a"), Data("\\u00e9"), """{"type":"data","payload":1}""", Data("b"), Data("c"));

        _writer.WriteAcks(new MessageRange(batch, 1, 3), Time);

        Assert.Equal(["""{"type":"ack","id":"\u00e9","timestamp":1704844800100}""",
            """{"type":"ack","id":"b","timestamp":1704844800100}"""], Written);
    }

    [Fact]
    public void Nacks_name_the_messages_of_the_range_that_have_an_id()
    {
        var batch = Batches.Of(Data("a"), Data("b"), """{"type":"data","payload":1}""", Data("c"), Data("d"));

        _writer.WriteNacks(new MessageRange(batch, 1, 3), NackReason.QueueFull, "no room", Time);

        Assert.Equal(
            [
                """{"type":"nack","id":"b","timestamp":1704844800100,"payload":{"reason":"queue_full","error":"no room"}}""",
                """{"type":"nack","id":"c","timestamp":1704844800100,"payload":{"reason":"queue_full","error":"no room"}}""",
            ],
            Written);
    }

    [Fact]
    public void The_last_answer_releases_the_batch_with_or_without_an_id()
    {
        var batch = Batches.Of(Data("a"), """{"type":"data","payload":1}""", Data("c"));

        _writer.WriteAcks(new MessageRange(batch, 0, 2), Time);
        Assert.Equal(["a", "", "c"], Batches.Ids(batch));
        _writer.WriteNacks(new MessageRange(batch, 2, 1), NackReason.PublishFailed, "no", Time);

        Assert.Throws<IndexOutOfRangeException>(() => batch[0]);
    }

    [Fact]
    public void Slow_signals_are_counted_in_their_ids()
    {
        _writer.WriteSlow(new SlowNotice(850, 1000, 0.85, 0.8), Time);
        _writer.WriteSlow(new SlowNotice(900, 1000, 0.9, 0.8), Time + 1);

        Assert.Equal(
            [
                """{"type":"slow","id":"bp-1704844800100-1","timestamp":1704844800100,"payload":{"queue_depth":850"""
                    + ""","queue_capacity":1000,"utilization":0.85,"threshold":0.8}}""",
                """{"type":"slow","id":"bp-1704844800101-2","timestamp":1704844800101,"payload":{"queue_depth":900"""
                    + ""","queue_capacity":1000,"utilization":0.9,"threshold":0.8}}""",
            ],
            Written);
    }

    [Theory]
    [InlineData(long.MinValue)]
    [InlineData(long.MaxValue)]
    public void Any_time_fits_into_the_id_of_a_slow_signal(long now)
    {
        _writer.WriteSlow(new SlowNotice(1, 2, 0.5, 0.25), now);

        Assert.Equal(FormattableString.Invariant($"bp-{now}-1"), Envelopes.Read(Assert.Single(Written))!.Id);
    }

    [Fact]
    public void A_keep_alive_is_an_ack_with_an_empty_id()
    {
        _writer.WriteKeepAlive(Time);

        Assert.Equal(["""{"type":"ack","id":"","timestamp":1704844800100}"""], Written);
    }

    [Fact]
    public void A_request_is_told_that_it_is_not_supported_when_it_has_an_id()
    {
        _writer.WriteControls(Batches.Of("""{"type":"request","id":"req-9","payload":{}}""", """{"type":"request","payload":{}}"""), Time);

        Assert.Equal(
            ["""{"type":"reply","id":"req-9","timestamp":1704844800100"""
                + ""","payload":{"status":"error","error":{"code":"not_supported","message":"requests are disabled"}}}"""],
            Written);
        Assert.Equal(2, _metrics.Received(EnvelopeType.Request).Value);
    }

    [Fact]
    public void A_request_that_another_answers_is_counted_and_not_answered_here()
    {
        var writer = new AnswerWriter(_answers, _metrics, new FederationLog(Sys, Sys.Log, "edge-in"), answersRequests: false);

        writer.WriteControls(Batches.Of("""{"type":"request","id":"req-9","payload":{}}"""), Time);

        Assert.Empty(Written);
        Assert.Equal(1, _metrics.Received(EnvelopeType.Request).Value);
    }

    [Fact]
    public void A_data_envelope_without_a_payload_is_dropped_and_nacked_when_it_has_an_id()
    {
        _writer.WriteControls(Batches.Of("""{"type":"data","id":"a"}""", """{"type":"data"}""", Data("b")), Time);

        Assert.Equal(
            ["""{"type":"nack","id":"a","timestamp":1704844800100"""
                + ""","payload":{"reason":"missing_payload","error":"a data envelope needs a payload"}}"""],
            Written);
        Assert.Equal(2, _metrics.Received(EnvelopeType.Data).Value);
        Assert.Equal(2, _metrics.Dropped(NackReason.MissingPayload).Value);
        Assert.Equal(1, _metrics.NacksSent(NackReason.MissingPayload).Value);
        Assert.Equal(1, _metrics.Errors(ErrorTypes.MissingId).Value);
    }

    [Fact]
    public void Data_without_a_payload_is_that_first_wherever_it_has_been()
    {
        var batch = Batches.Of("""{"type":"data","id":"a","via":["n"]}""");
        var control = Assert.Single(batch.Controls);
        control.Loop = LoopVerdict.NamesThisNode;
        batch.Add(control);

        _writer.WriteControls(batch, Time);

        Assert.Equal(2, _metrics.NacksSent(NackReason.MissingPayload).Value);
        Assert.Equal(0, _metrics.NacksSent(NackReason.Loop).Value);
    }

    [Theory]
    [InlineData("reply")]
    [InlineData("ack")]
    [InlineData("nack")]
    [InlineData("slow")]
    [InlineData("unknown")]
    public void Other_envelopes_are_counted_and_not_answered(string type)
    {
        _writer.WriteControls(Batches.Of($$$"""{"type":"{{{type}}}","id":"a","payload":{}}"""), Time);

        Assert.Empty(Written);
        var counted = Assert.Single(Enum.GetValues<EnvelopeType>(), any => _metrics.Received(any).Value > 0);
        Assert.Equal(type, EnvelopeTypes.Name(counted));
    }

    [Fact]
    public void Acks_cost_no_memory_once_the_buffer_is_warm()
    {
        var batch = Batches.Of([.. Enumerable.Range(0, 50).Select(index => Data($"m{index}"))]);
        _writer.WriteAcks(new MessageRange(batch, 0, 20), Time);
        _answers.Filling.Clear();
        var before = GC.GetAllocatedBytesForCurrentThread();

        _writer.WriteAcks(new MessageRange(batch, 20, 20), Time);

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    [Fact]
    public void A_message_that_cannot_be_answered_takes_no_answer_of_another_with_it()
    {
        var batch = Batches.Of(Data("a"), Data("c"));
        var broken = batch[0];
        broken.IdOffset = int.MaxValue;
        batch.Add(broken);
        var range = new MessageRange(batch, 0, 3);

        _writer.WriteAcks(range, Time);

        Assert.Equal(["""{"type":"ack","id":"a","timestamp":1704844800100}""", """{"type":"ack","id":"c","timestamp":1704844800100}"""],
            Written);
        Assert.Equal(1, _metrics.Errors(ErrorTypes.MessageFailed).Value);
    }

    [Fact]
    public void A_nack_whose_sentence_is_no_text_leaves_nothing_behind()
    {
        var batch = Batches.Of(Data("a"), Data("b"));

        _writer.WriteNacks(new MessageRange(batch, 0, 1), NackReason.PublishFailed, "half a pair: \ud800", Time);
        _writer.WriteNacks(new MessageRange(batch, 1, 1), NackReason.PublishFailed, "no", Time);

        Assert.Equal("""{"type":"nack","id":"b","timestamp":1704844800100,"payload":{"reason":"publish_failed","error":"no"}}""",
            Written[^1]);
    }

    [Fact]
    public void A_slow_signal_is_counted_where_it_is_written()
    {
        _writer.WriteSlow(new SlowNotice(9, 10, 0.9, 0.8), Time);

        Assert.Equal(1, _metrics.SlowSent.Value);
    }

    private static string Data(string id) => Envelopes.Data(id, 60);
}
