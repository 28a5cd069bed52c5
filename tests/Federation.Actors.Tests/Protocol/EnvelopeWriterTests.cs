using System.Text;
using System.Text.Json;
using Federation.Actors.Protocol;
using FsCheck;
using FsCheck.Fluent;
using FsCheck.Xunit;

namespace Federation.Actors.Tests.Protocol;

public sealed class EnvelopeWriterTests
{
    private const long Time = 1704844800100;

    [Fact]
    public void An_ack_is_written_in_its_exact_form()
    {
        Assert.Equal(
            """{"type":"ack","id":"data-001","timestamp":1704844800100}""",
            Envelopes.Written(output => EnvelopeWriter.WriteAck(output, "data-001"u8, Time)));
    }

    [Theory]
    [InlineData("publish_failed")]
    [InlineData("queue_full")]
    [InlineData("too_large")]
    [InlineData("missing_payload")]
    [InlineData("shutting_down")]
    public void A_nack_is_written_in_its_exact_form(string name)
    {
        var reason = Assert.Single(NackReasons.All, reason => string.Equals(NackReasons.Name(reason), name, StringComparison.Ordinal));

        Assert.Equal(
            $$$"""{"type":"nack","id":"data-001","timestamp":1704844800100,"payload":{"reason":"{{{name}}}","error":"the bus said no"}}""",
            Envelopes.Written(output => EnvelopeWriter.WriteNack(output, "data-001"u8, Time, reason, "the bus said no")));
    }

    [Fact]
    public void Every_reason_has_a_name_and_a_sentence_of_its_own()
    {
        Assert.Equal(7, NackReasons.All.Count);
        Assert.Equal(7, NackReasons.All.Select(NackReasons.Name).Distinct().Count());
        Assert.Equal(7, NackReasons.All.Select(NackReasons.Sentence).Distinct().Count());
    }

    [Fact]
    public void A_slow_signal_is_written_in_its_exact_form()
    {
        const string expected =
            """{"type":"slow","id":"bp-1704844800100-1","timestamp":1704844800100,"payload":{"queue_depth":850,"queue_capacity":1000"""
                + ""","utilization":0.85,"threshold":0.8}}""";

        Assert.Equal(
            expected,
            Envelopes.Written(
                output => EnvelopeWriter.WriteSlow(output, "bp-1704844800100-1"u8, Time, new SlowNotice(850, 1000, 0.85, 0.8))));
    }

    [Fact]
    public void An_error_reply_is_written_in_its_exact_form()
    {
        const string expected =
            """{"type":"reply","id":"req-9","timestamp":1704844800100"""
                + ""","payload":{"status":"error","error":{"code":"unknown_method","message":"no such method"}}}""";

        Assert.Equal(
            expected,
            Envelopes.Written(
                output => EnvelopeWriter.WriteReply(output, "req-9"u8, Time, ReplyPayload.Error("unknown_method", "no such method").Span)));
    }

    [Fact]
    public void A_data_envelope_is_written_in_its_exact_form()
    {
        Assert.Equal(
            """{"type":"data","id":"msg-1","timestamp":1704844800100,"payload":{ "a" : [1] }}""",
            Envelopes.Written(output => EnvelopeWriter.WriteData(output, "msg-1"u8, Time, """{ "a" : [1] }"""u8)));
    }

    [Fact]
    public void A_request_is_written_in_its_exact_form()
    {
        Assert.Equal(
            """{"type":"request","id":"req-1","timestamp":1704844800100,"payload":{"method":"status","params":{ }}}""",
            Envelopes.Written(output => EnvelopeWriter.WriteRequest(output, "req-1"u8, Time, """{"method":"status","params":{ }}"""u8)));
    }

    [Fact]
    public void A_reply_is_written_in_its_exact_form()
    {
        Assert.Equal(
            """{"type":"reply","id":"a\/b","timestamp":1704844800100,"payload":{"status":"ok","result":{ }}}""",
            Envelopes.Written(output => EnvelopeWriter.WriteReply(output, """a\/b"""u8, Time, """{"status":"ok","result":{ }}"""u8)));
    }

    [Theory]
    [InlineData(0, "0")]
    [InlineData(-1, "-1")]
    [InlineData(long.MinValue, "-9223372036854775808")]
    [InlineData(long.MaxValue, "9223372036854775807")]
    public void Any_timestamp_fits(long timestamp, string text)
    {
        Assert.Equal(
            $$"""{"type":"ack","id":"","timestamp":{{text}}}""",
            Envelopes.Written(output => EnvelopeWriter.WriteAck(output, [], timestamp)));
    }

    [Theory]
    [InlineData("\\\"")]
    [InlineData("\\\\")]
    [InlineData("\\u00e9")]
    [InlineData("\\u00E9")]
    [InlineData("é")]
    [InlineData("\\/")]
    [InlineData("/")]
    [InlineData("\\u003cb\\u003e")]
    [InlineData("\\ud800")]
    [InlineData("a b\\tc")]
    public void An_id_is_echoed_as_it_stood_between_its_quotes(string id)
    {
        var read = Envelopes.Read($$"""{"type":"data","id":"{{id}}","payload":1}""");

        var ack = Envelopes.Written(output => EnvelopeWriter.WriteAck(output, Encoding.UTF8.GetBytes(read!.Id!), Time));

        Assert.Equal($$"""{"type":"ack","id":"{{id}}","timestamp":1704844800100}""", ack);
    }

    [Property]
    public Property What_is_written_reads_back_as_it_was() =>
        Prop.ForAll(JsonTexts.Inner.ToArbitrary(), JsonTexts.Value.ToArbitrary(), (id, payload) =>
        {
            var idBytes = Encoding.UTF8.GetBytes(id);
            var output = new OutboundBuffer(16);
            EnvelopeWriter.WriteData(output, idBytes, Time, Encoding.UTF8.GetBytes(payload));
            EnvelopeWriter.WriteAck(output, idBytes, Time);
            EnvelopeWriter.WriteNack(output, idBytes, Time, NackReason.QueueFull, "full");
            EnvelopeWriter.WriteSlow(output, idBytes, Time, new SlowNotice(1, 2, 0.5, 0.25));
            EnvelopeWriter.WriteReply(output, idBytes, Time, ReplyPayload.Error("timeout", "too late").Span);
            EnvelopeWriter.WriteRequest(output, idBytes, Time, Encoding.UTF8.GetBytes(payload));
            EnvelopeWriter.WriteReply(output, idBytes, Time, Encoding.UTF8.GetBytes(payload));

            var expectedId = id.Length == 0 ? null : id;
            ReadEnvelope[] expected =
            [
                new("data", expectedId, payload),
                new("ack", expectedId, null),
                new("nack", expectedId, """{"reason":"queue_full","error":"full"}"""),
                new("slow", expectedId, """{"queue_depth":1,"queue_capacity":2,"utilization":0.5,"threshold":0.25}"""),
                new("reply", expectedId, """{"status":"error","error":{"code":"timeout","message":"too late"}}"""),
                new("request", expectedId, payload),
                new("reply", expectedId, payload),
            ];
            Assert.Equal(expected, Envelopes.Texts(output).Select(text => Envelopes.Read(text)!));
            output.Release();
        });

    [Property]
    public void Any_sentence_is_carried_by_a_nack(NonNull<string> sentence)
    {
        var text = Envelopes.Written(output => EnvelopeWriter.WriteNack(output, "a"u8, Time, NackReason.PublishFailed, sentence.Get));

        // What is no text, half of a surrogate pair, is replaced; the rest comes through.
        var expected = Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(sentence.Get));
        using var payload = JsonDocument.Parse(Envelopes.Read(text)!.Payload!);
        Assert.Equal(expected, payload.RootElement.GetProperty("error").GetString());
    }
}
