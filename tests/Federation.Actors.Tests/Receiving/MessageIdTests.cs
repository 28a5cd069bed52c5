using System.Text;
using Federation.Actors.Protocol;
using Federation.Actors.Receiving;
using FsCheck;
using FsCheck.Xunit;

namespace Federation.Actors.Tests.Receiving;

/// <summary>The id by which JetStream knows a repeat.</summary>
public sealed class MessageIdTests
{
    private static readonly PeerName Lasting = new("edge-7", Lasting: true);

    [Fact]
    public void It_names_component_peer_and_envelope() => Assert.Equal("hub/edge-7/data-001", MessageId.Of("hub", Lasting, "data-001"u8));

    [Fact]
    public void There_is_none_for_a_generated_name_or_an_empty_id()
    {
        Assert.Null(MessageId.Of("hub", new PeerName("client-1", Lasting: false), "data-001"u8));
        Assert.Null(MessageId.Of("hub", Lasting, default));
    }

    [Theory]
    [InlineData(" a", "%20a")]
    [InlineData("100%", "100%25")]
    [InlineData("é", "%C3%A9")]
    [InlineData("""a\"b""", """a\"b""")]
    public void What_a_header_could_lose_is_escaped(string id, string escaped) =>
        Assert.Equal("hub/edge-7/" + escaped, MessageId.Of("hub", Lasting, Encoding.UTF8.GetBytes(id)));

    [Property]
    public bool Two_ids_never_become_one(NonEmptyArray<byte> one, NonEmptyArray<byte> other)
    {
        var same = one.Get.SequenceEqual(other.Get);
        return same == string.Equals(
            MessageId.Of("hub", Lasting, one.Get), MessageId.Of("hub", Lasting, other.Get), StringComparison.Ordinal);
    }
}
