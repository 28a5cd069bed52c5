using System.Buffers;
using System.Buffers.Binary;
using System.Globalization;
using System.Net;
using System.Text;

namespace Federation.Actors.Sockets.Server;

/// <summary>Reads the PROXY protocol header, versions 1 and 2, at the start of a proxy's connection.</summary>
/// <remarks>See https://www.haproxy.org/download/3.0/doc/proxy-protocol.txt.</remarks>
internal static class ProxyHeader
{
    private const int LongestText = 107;
    private const int BinaryHead = 16;

    /// <summary>Enough for addresses and a proxy's extensions.</summary>
    private const int LongestBinary = 4096;

    private static ReadOnlySpan<byte> Signature => "\r\n\r\n\0\r\nQUIT\n"u8;

    /// <summary>Length 0: more bytes are needed. No source: the proxy names none, or the connection is the proxy's own.</summary>
    public static bool TryRead(in ReadOnlySequence<byte> bytes, out int length, out IPEndPoint? source)
    {
        length = 0;
        source = null;
        Span<byte> start = stackalloc byte[(int)Math.Min(bytes.Length, LongestText)];
        bytes.Slice(0, start.Length).CopyTo(start);
        return StartsAs(start, Signature) ? TryReadBinary(bytes, out length, out source)
            : StartsAs(start, "PROXY "u8) && TryReadText(start, out length, out source);
    }

    private static bool StartsAs(ReadOnlySpan<byte> start, ReadOnlySpan<byte> expected) =>
        start[..Math.Min(start.Length, expected.Length)].SequenceEqual(expected[..Math.Min(start.Length, expected.Length)]);

    private static bool TryReadText(ReadOnlySpan<byte> start, out int length, out IPEndPoint? source)
    {
        length = 0;
        source = null;
        var end = start.IndexOf("\r\n"u8);
        if (end < 0)
        {
            return start.Length < LongestText;
        }

        var parts = Encoding.ASCII.GetString(start[..end]).Split(' ');
        length = end + 2;
        if (parts.Length >= 2 && parts[1] is "UNKNOWN")
        {
            return true;
        }

        if (parts.Length != 6 || parts[1] is not ("TCP4" or "TCP6")
            || !IPAddress.TryParse(parts[2], out var address)
            || !ushort.TryParse(parts[4], NumberStyles.None, CultureInfo.InvariantCulture, out var port))
        {
            return false;
        }

        source = new IPEndPoint(address, port);
        return true;
    }

    private static bool TryReadBinary(in ReadOnlySequence<byte> bytes, out int length, out IPEndPoint? source)
    {
        length = 0;
        source = null;
        if (bytes.Length < BinaryHead)
        {
            return true;
        }

        Span<byte> head = stackalloc byte[BinaryHead];
        bytes.Slice(0, BinaryHead).CopyTo(head);
        var rest = BinaryPrimitives.ReadUInt16BigEndian(head[14..]);
        if (head[12] is not (0x20 or 0x21) || rest > LongestBinary)
        {
            return false;
        }

        if (bytes.Length < BinaryHead + rest)
        {
            return true;
        }

        length = BinaryHead + rest;
        var size = (head[13] >> 4) switch { 1 => 4, 2 => 16, _ => 0 };
        if (head[12] == 0x20 || size == 0)
        {
            // The proxy's own connection, as of a health check, or one without addresses.
            return true;
        }

        if (rest < 2 * size + 4)
        {
            return false;
        }

        Span<byte> addresses = stackalloc byte[2 * size + 4];
        bytes.Slice(BinaryHead, addresses.Length).CopyTo(addresses);
        source = new IPEndPoint(new IPAddress(addresses[..size]), BinaryPrimitives.ReadUInt16BigEndian(addresses[(2 * size)..]));
        return true;
    }
}
