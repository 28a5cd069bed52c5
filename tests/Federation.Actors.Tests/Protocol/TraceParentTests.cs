using System.Text;
using Federation.Actors.Protocol;

namespace Federation.Actors.Tests.Protocol;

public sealed class TraceParentTests
{
    private const string Valid = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";

    [Theory]
    [InlineData(Valid, true)]
    [InlineData("00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-00", true)]
    [InlineData("00-4BF92F3577B34DA6A3CE929D0E0E4736-00f067aa0ba902b7-01", false)]
    [InlineData("00-00000000000000000000000000000000-00f067aa0ba902b7-01", false)]
    [InlineData("00-4bf92f3577b34da6a3ce929d0e0e4736-0000000000000000-01", false)]
    [InlineData("01-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01", false)]
    [InlineData("ff-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01", false)]
    [InlineData("00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-0g", false)]
    [InlineData("00-4bf92f3577b34da6a3ce929d0e0e4736_00f067aa0ba902b7-01", false)]
    [InlineData("00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7_01", false)]
    [InlineData("00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01-", false)]
    [InlineData("00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-0é", false)]
    [InlineData("", false)]
    public void Only_the_exact_form_of_version_00_is_one(string text, bool expected)
    {
        Assert.Equal(expected, TraceParent.IsValid(Encoding.UTF8.GetBytes(text)));
        Assert.Equal(expected ? text : null, TraceParent.Valid(text));
    }

    [Fact]
    public void No_text_is_none() => Assert.Null(TraceParent.Valid(null));

    [Theory]
    [InlineData("00", false)]
    [InlineData("01", true)]
    [InlineData("02", false)]
    [InlineData("0b", true)]
    [InlineData("fe", false)]
    [InlineData("ff", true)]
    public void The_lowest_flag_says_whether_it_is_recorded(string flags, bool expected) =>
        Assert.Equal(expected, TraceParent.IsSampled(Encoding.ASCII.GetBytes(Valid[..^2] + flags)));

    [Theory]
    [InlineData($$"""{"type":"data","id":"1","traceparent":"{{Valid}}","payload":1}""", true)]
    [InlineData($$"""{"traceparent":"{{Valid}}","type":"data","payload":1,"id":"1"}""", true)]
    [InlineData($$"""{"type":"data","id":"1","traceparent":5,"traceparent":"{{Valid}}","payload":1}""", true)]
    [InlineData($$"""{"type":"data","id":"1","traceparent":"{{Valid}}","traceparent":null,"payload":1}""", false)]
    [InlineData($$"""{"type":"data","id":"1","traceparent":["{{Valid}}"],"payload":1}""", false)]
    [InlineData("""{"type":"data","id":"1","traceparent":{"a":[1,{}]},"payload":1}""", false)]
    [InlineData("""{"type":"data","id":"1","traceparent":"00-\u0034bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01","payload":1}""",
        false)]
    [InlineData("""{"type":"data","id":"1","traceparent":"x","payload":1}""", false)]
    [InlineData("""{"type":"data","id":"1","payload":1}""", false)]
    public void An_envelope_is_one_whatever_its_trace_is(string envelope, bool hasTrace)
    {
        var slab = Slab.Rent(1000);
        const int Before = 700;
        Encoding.UTF8.GetBytes(envelope, slab.Bytes.AsSpan(Before));

        Assert.True(EnvelopeReader.TryRead(slab.Bytes.AsSpan(Before, envelope.Length), Before, out var entry));

        var batch = new EnvelopeBatch(slab, Akka.Actor.ActorRefs.Nobody, null);
        batch.Add(entry);
        Assert.Equal(hasTrace, batch[0].HasTrace);
        Assert.Equal("1", Encoding.ASCII.GetString(batch.Payload(batch[0]).Span));
        if (hasTrace)
        {
            Assert.Equal(Valid, Encoding.ASCII.GetString(batch.Trace(batch[0])));
        }

        batch.Compact(Before, Before + envelope.Length);
        Assert.Equal(hasTrace, batch[0].HasTrace);
        Assert.Equal(hasTrace ? Valid : "", hasTrace ? Encoding.ASCII.GetString(batch.Trace(batch[0])) : "");
    }

    [Fact]
    public void A_request_says_its_trace_between_its_time_and_its_payload() => Assert.Equal(
        $$$"""{"type":"request","id":"r","timestamp":5,"traceparent":"{{{Valid}}}","payload":{}}""",
        Envelopes.Written(output => EnvelopeWriter.WriteRequest(output, "r"u8, 5, "{}"u8, Valid)));
}
