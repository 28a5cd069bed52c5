using System.Text;
using Federation.Actors.Protocol;
using FsCheck.Xunit;

namespace Federation.Actors.Tests.Protocol;

public sealed class EnvelopeFaultTests
{
    [Theory]
    [InlineData("", "the message is empty")]
    [InlineData("\uFEFF{\"type\":\"data\"}", "a byte order mark at byte 0, expected {")]
    [InlineData("""{"type":"data","id":5}""", "id is a number at byte 20, expected a string")]
    [InlineData("""{"id":[1],"type":"data"}""", "id is an array at byte 6, expected a string")]
    [InlineData("""{"id":5,"type":"data","id":"a","subject":true}""", "subject is a boolean at byte 41, expected a string")]
    [InlineData("""{"type":7}""", "type is a number at byte 8, expected a string")]
    [InlineData("""{"type":null}""", "type is null at byte 8, expected a string")]
    [InlineData("""{"type":""}""", "type is empty at byte 8")]
    [InlineData("""{"type":"gossip"}""", "unknown type at byte 8")]
    [InlineData("""{"id":"1"}""", "type is missing")]
    [InlineData("[1]", "an array at byte 0, expected an object")]
    [InlineData("\"data\"", "a string at byte 0, expected an object")]
    [InlineData("""{"type":"data","via":"a"}""", "via is a string at byte 21, expected an array of node ids")]
    [InlineData("""{"type":"data","via":[1]}""", "via at byte 21 contains a text that is not a node id")]
    [InlineData("""{"type":"data","payload":NaN}""", "NaN or Infinity at byte 25, expected a JSON value")]
    [InlineData("""{"type":"data","payload":1} x""", "1 trailing bytes at byte 28, expected the end of the message")]
    [InlineData("""{"type":"data"}{"type":"data"}""", "15 trailing bytes at byte 15, expected the end of the message")]
    [InlineData("""{"type":"data","payload":""", "the message ends at byte 25 inside its JSON")]
    [InlineData(
        "{\n\"type\":\"data\",\n\"id\":nope}", "not JSON at byte 23: 'nope}' is an invalid JSON literal. Expected the literal 'null'")]
    public void It_says_what_is_wrong_and_where(string message, string expected) =>
        Assert.Equal(expected, EnvelopeFault.Describe(Encoding.UTF8.GetBytes(message)));

    [Fact]
    public void It_says_where_invalid_utf8_begins() =>
        Assert.Equal("invalid UTF-8 at byte 9", EnvelopeFault.Describe([.. "{\"type\":\""u8, 0xC3, 0x28, .. "\"}"u8]));

    [Fact]
    public void It_says_where_nesting_becomes_too_deep() =>
        Assert.Equal(
            "nested deeper than 64 at byte 88",
            EnvelopeFault.Describe(
                Encoding.UTF8.GetBytes("{\"type\":\"data\",\"payload\":" + new string('[', 64) + new string(']', 64) + "}")));

    [Fact]
    public void An_excerpt_has_60_characters_and_none_that_changes_the_line()
    {
        Assert.Equal("a\\u000Ab\\u001B[31m\\u202E\u00E9\uFFFD", EnvelopeFault.Excerpt([.. "a\nb\u001b[31m\u202E\u00E9"u8, 0xFF]));
        Assert.Equal(new string('x', 60) + "...", EnvelopeFault.Excerpt(Encoding.UTF8.GetBytes(new string('x', 61))));
    }

    [Property(MaxTest = 500)]
    public void Whatever_the_bytes_it_has_an_explanation_exactly_when_the_reader_refuses_them(byte[] bytes)
    {
        byte[] message = [.. "{\"type\":\"data\",\"id\":"u8, .. bytes];
        var isEnvelope = EnvelopeReader.TryRead(message, 0, out var entry) && entry.Type != EnvelopeType.Unknown;

        Assert.Equal(isEnvelope, string.Equals(EnvelopeFault.Describe(message), "nothing is wrong with it", StringComparison.Ordinal));
        Assert.NotNull(EnvelopeFault.Excerpt(message));
    }
}
