using System.Text;
using Federation.Actors.Sending;
using FsCheck.Xunit;

namespace Federation.Actors.Tests.Sending;

public sealed class NackPayloadTests
{
    [Theory]
    [InlineData("""{"reason":"loop"}""", "loop")]
    [InlineData("""{"error":{"reason":"no"},"reason":"queue_full"}""", "queue_full")]
    [InlineData("""{"reason":"l\u006fop"}""", "loop")]
    [InlineData("""{"reason":["loop"]}""", "")]
    [InlineData("""{"reason":"\ud800"}""", "")]
    [InlineData("""{"reason":"loop" """, "")]
    [InlineData("""["loop"]""", "")]
    [InlineData("", "")]
    public void The_reason_is_the_text_under_reason(string payload, string reason)
    {
        Assert.Equal(reason, NackPayload.Reason(Encoding.UTF8.GetBytes(payload)));
    }

    [Fact]
    public void A_reason_that_is_an_essay_is_none() =>
        Assert.Equal("", NackPayload.Reason(Encoding.UTF8.GetBytes($$"""{"reason":"{{new string('x', 65)}}"}""")));

    [Property(MaxTest = 1000)]
    public void No_bytes_make_it_throw(byte[] rest) => Assert.NotNull(NackPayload.Reason([.. "{\"reason\":"u8, .. rest]));

    [Theory]
    [InlineData("loop", "loop")]
    [InlineData("queue_full", "queue_full")]
    [InlineData("", "other")]
    [InlineData("of my own", "other")]
    public void Only_reasons_of_the_protocol_become_labels(string reason, string label) => Assert.Equal(label, NackPayload.Label(reason));
}
