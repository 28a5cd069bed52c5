using System.Text;
using System.Text.Json;
using Federation.Actors.Nats;
using Federation.Actors.Protocol;
using Federation.Actors.Tests.Sending;
using NATS.Client.Core;

namespace Federation.Actors.Tests.Protocol;

public sealed class EnvelopeTailTests
{
    [Fact]
    public void Json_goes_as_it_is()
    {
        Assert.Equal(""","subject":"a.b","via":["n1","n2"],"payload":{ "a" : [1, "\u00e9é"] }}""",
            Tail("""{ "a" : [1, "\u00e9é"] }"""u8, "n1", "n2"));
    }

    [Fact]
    public void The_subject_is_left_out_where_it_is_not_wanted()
    {
        Assert.Equal(""","via":["n"],"payload":1}""",
            Encoding.UTF8.GetString(EnvelopeTail.Write("a", showsSubject: false, """["n"]""", "1"u8.ToArray()).WrittenSpan));
    }

    [Fact]
    public void Other_text_is_wrapped()
    {
        Assert.Equal(""","subject":"a.b","via":["n"],"payload":{"type":"raw_data","subject":"a.b","encoding":"utf8","data":"say \"é\""}}""",
            Tail("say \"é\""u8, "n"));
    }

    [Fact]
    public void Bytes_are_wrapped_in_base64()
    {
        Assert.Equal(""","subject":"a.b","via":["n"],"payload":{"type":"raw_data","subject":"a.b","encoding":"base64","data":"/wE="}}""",
            Tail([0xff, 1], "n"));
    }

    [Theory]
    [InlineData("")]
    [InlineData("{} {}")]
    [InlineData("{")]
    [InlineData("nul")]
    [InlineData("01")]
    [InlineData("[1,]")]
    public void What_is_nearly_json_is_text(string payload)
    {
        using var envelope = JsonDocument.Parse("{\"x\":1" + Tail(Encoding.UTF8.GetBytes(payload), "n"));

        Assert.Equal(payload, envelope.RootElement.GetProperty("payload").GetProperty("data").GetString());
    }

    [Theory]
    [InlineData(63, "")]
    [InlineData(64, "utf8")]
    public void What_is_too_deep_for_an_envelope_is_text(int depth, string encoding)
    {
        var tail = Tail(Encoding.UTF8.GetBytes(new string('[', depth) + new string(']', depth)), "n");

        Assert.Equal(encoding.Length > 0, tail.Contains("raw_data", StringComparison.Ordinal));
        Assert.NotNull(Envelopes.Read("{\"type\":\"data\",\"id\":\"x\"" + tail));
    }

    [Fact]
    public void Any_subject_is_escaped()
    {
        const string subject = "a\"\\\n.é.日本.😀";
        var tail = Encoding.UTF8.GetString(EnvelopeTail.Write(subject, showsSubject: true, """["n"]""", new byte[] { 0xff }).WrittenSpan);
        using var envelope = JsonDocument.Parse("{\"x\":1" + tail);

        Assert.Equal(subject, envelope.RootElement.GetProperty("subject").GetString());
        Assert.Equal(subject, envelope.RootElement.GetProperty("payload").GetProperty("subject").GetString());
    }

    [Theory]
    [InlineData(null, "me")]
    [InlineData("", "me")]
    [InlineData("n1", "n1 me")]
    [InlineData("n1, n2", "n1 n2 me")]
    [InlineData("n1,me", "n1 me")]
    [InlineData("me,n1", "me n1 me")]
    [InlineData("a b,\"x\",n1,", "n1 me")]
    public void This_node_is_the_last_of_those_passed(string? header, string via)
    {
        Assert.Equal(via, string.Join(' ', FederationHeaders.ReadVia(header, "me")));
    }

    [Theory]
    [InlineData("me", "edge")]
    [InlineData("n1, me", "edge")]
    [InlineData("me,n1", null)]
    [InlineData("n1", null)]
    [InlineData("notme", null)]
    [InlineData(null, null)]
    public void Only_what_this_node_has_published_names_one_of_its_peers(string? via, string? from)
    {
        var headers = new NatsHeaders { [FederationHeaders.Peer] = "edge" };
        if (via is not null)
        {
            headers[FederationHeaders.Via] = via;
        }

        var message = new OutboundFactory("me", showsSubject: false).Make(Outbound.Plain, 1, "a", headers, "1"u8.ToArray());

        Assert.Equal(from, message.From);
    }

    [Theory]
    [InlineData("00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01", true)]
    [InlineData("00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-00", true)]
    [InlineData("\",\"payload\":\"00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0b", false)]
    public void A_trace_in_the_headers_is_in_the_envelope_if_it_is_one(string traceParent, bool expected)
    {
        var message = new OutboundFactory("me", showsSubject: false).Make(
            Outbound.Plain, 1, "a", new NatsHeaders { ["traceparent"] = traceParent }, "1"u8.ToArray());

        Assert.Equal(
            expected ? $",\"traceparent\":\"{traceParent}\",\"via\":[\"me\"],\"payload\":1}}" : ",\"via\":[\"me\"],\"payload\":1}",
            Encoding.UTF8.GetString(message.Tail.Span));
    }

    [Fact]
    public void A_message_without_headers_and_payload_is_an_empty_text()
    {
        var message = new OutboundFactory("me", showsSubject: false).Make(Outbound.Plain, 1, "a", null, null);

        Assert.Equal(""","via":["me"],"payload":{"type":"raw_data","subject":"a","encoding":"utf8","data":""}}""",
            Encoding.UTF8.GetString(message.Tail.Span));
        Assert.Null(message.From);
    }

    [Theory]
    [InlineData(0, "0")]
    [InlineData(long.MaxValue, "9223372036854775807")]
    public void A_message_is_written_in_its_exact_form(long number, string text)
    {
        var message = Outbound.Envelope(number);

        Assert.Equal(
            $$"""{"type":"data","id":"m-{{text}}","timestamp":1704844800100,"subject":"a","via":["node"],"payload":"x"}""",
            Envelopes.Written(output => EnvelopeWriter.WriteMessage(output, message, 1704844800100)));
    }

    [Theory]
    [InlineData("m-0", 0L)]
    [InlineData("m-9223372036854775807", long.MaxValue)]
    [InlineData("m-9223372036854775808", null)]
    [InlineData("m-", null)]
    [InlineData("m-1x", null)]
    [InlineData("m-x1", null)]
    [InlineData("n-1", null)]
    [InlineData("", null)]
    public void An_id_of_a_source_has_its_number(string id, long? number)
    {
        var isOurs = new OutboundSource("m-").TryParse(Encoding.UTF8.GetBytes(id), out var found);

        Assert.Equal(number, isOurs ? found : null);
    }

    private static string Tail(ReadOnlySpan<byte> payload, params string[] via) =>
        Encoding.UTF8.GetString(
            EnvelopeTail.Write("a.b", showsSubject: true, JsonSerializer.Serialize(via), payload.ToArray()).WrittenSpan);
}
