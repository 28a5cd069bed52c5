using System.Buffers;
using System.Text;
using Federation.Actors.Sockets.Server;
using FsCheck.Xunit;

namespace Federation.Actors.Tests.Sockets;

public sealed class ProxyHeaderTests
{
    private static readonly byte[] Signature = [0x0D, 0x0A, 0x0D, 0x0A, 0, 0x0D, 0x0A, 0x51, 0x55, 0x49, 0x54, 0x0A];

    [Theory]
    [InlineData("PROXY TCP4 192.0.2.1 10.0.0.1 56324 443\r\nGET", 41, "192.0.2.1:56324")]
    [InlineData("PROXY TCP6 2001:db8::1 ::1 1 2\r\n", 32, "[2001:db8::1]:1")]
    [InlineData("PROXY UNKNOWN\r\nGET", 15, null)]
    [InlineData("PROXY UNKNOWN ff:: ff:: 1 2\r\n", 29, null)]
    public void Version_1_is_read(string text, int length, string? source) =>
        Assert.Equal((true, length, source), Read(Encoding.ASCII.GetBytes(text)));

    [Theory]
    [InlineData("GET / HTTP/1.1\r\n")]
    [InlineData("PROXY TCP4 nowhere 10.0.0.1 1 2\r\n")]
    [InlineData("PROXY TCP4 192.0.2.1 10.0.0.1 65536 2\r\n")]
    [InlineData("PROXY UDP4 192.0.2.1 10.0.0.1 1 2\r\n")]
    [InlineData("PROXY TCP4 192.0.2.1\r\n")]
    public void What_is_not_a_header_is_refused(string text) => Assert.False(Read(Encoding.ASCII.GetBytes(text)).IsHeader);

    [Fact]
    public void A_text_without_an_end_is_refused_and_a_shorter_one_is_waited_for()
    {
        Assert.False(Read(Encoding.ASCII.GetBytes("PROXY " + new string('x', 101))).IsHeader);
        Assert.Equal((true, 0, null), Read(Encoding.ASCII.GetBytes("PROXY " + new string('x', 100))));
        Assert.Equal((true, 0, null), Read("PRO"u8.ToArray()));
        Assert.Equal((true, 0, null), Read([]));
    }

    [Fact]
    public void Version_2_is_read_with_what_a_proxy_adds()
    {
        byte[] four = [.. Signature, 0x21, 0x11, 0, 16, 192, 0, 2, 1, 10, 0, 0, 1, 0xDC, 4, 1, 0xBB, 4, 0, 1, 0];
        byte[] six = [.. Signature, 0x21, 0x21, 0, 36, 0x20, 1, 0xD, 0xB8, .. new byte[11], 1, .. new byte[16], 0, 1, 0, 2];

        Assert.Equal((true, 32, "192.0.2.1:56324"), Read([.. four, 1, 2, 3]));
        Assert.Equal((true, 52, "[2001:db8::1]:1"), Read(six));
        Assert.All(Enumerable.Range(1, four.Length - 1), length => Assert.Equal((true, 0, null), Read(four[..length])));
    }

    [Fact]
    public void A_proxy_that_speaks_for_itself_keeps_its_address()
    {
        Assert.Equal((true, 16, null), Read([.. Signature, 0x20, 0, 0, 0, 1, 2]));
        Assert.Equal((true, 19, null), Read([.. Signature, 0x21, 0x31, 0, 3, 1, 2, 3]));
    }

    [Theory]
    [InlineData(0x11, 0x11, 0, 12)]
    [InlineData(0x22, 0x11, 0, 12)]
    [InlineData(0x21, 0x11, 0, 11)]
    [InlineData(0x21, 0x11, 0xFF, 0xFF)]
    public void A_broken_version_2_is_refused(int command, int family, int high, int low) =>
        Assert.False(Read([.. Signature, (byte)command, (byte)family, (byte)high, (byte)low, .. new byte[12]]).IsHeader);

    [Property]
    public bool Whatever_comes_is_read_or_refused(byte[] bytes, bool isBinary)
    {
        var (isHeader, length, _) = Read([.. isBinary ? [.. Signature, 0x21] : "PROXY "u8, .. bytes]);
        return isHeader || length >= 0;
    }

    private static (bool IsHeader, int Length, string? Source) Read(byte[] bytes)
    {
        var isHeader = ProxyHeader.TryRead(new ReadOnlySequence<byte>(bytes), out var length, out var source);
        return (isHeader, length, source?.ToString());
    }
}
