using System.Buffers;
using System.Buffers.Binary;
using System.IO.Compression;
using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace Federation.Actors.Sockets;

/// <summary>Makes compressed WebSocket frames (RFC 7692 section 7.2.1) of whole binary messages, while that pays.</summary>
/// <remarks>Not thread-safe.</remarks>
/// <param name="level">Of zlib, 1 to 9.</param>
/// <param name="isMasked">Whether frames are masked, as those of a client.</param>
internal sealed class FrameCompressor(int level, bool isMasked)
{
    /// <summary>Smaller messages have no repetitions that would pay for a pass through zlib.</summary>
    internal const int From = 1024;

    /// <summary>Most messages that are sent as they are, after some that did not become smaller, until one is tried again.</summary>
    internal const int MostSkipped = 64;

    private const byte FinalCompressedBinary = 0x80 | 0x40 | 0x02;
    private const int MaskLength = 4;
    private const int MaxHeader = 2 + sizeof(ulong) + MaskLength;

    // What data that cannot be compressed becomes longer by, with the end of the stream behind it.
    private const int Slack = 256;

    private int _skips;
    private int _skipped;

    private static ReadOnlySpan<byte> Flushed => [0x00, 0x00, 0xFF, 0xFF];

    /// <returns>A frame in an array of the shared pool, which the caller returns; null: the message is to be sent as it is.</returns>
    public ArraySegment<byte>? TryCompress(ReadOnlySpan<byte> message)
    {
        if (message.Length < From || _skipped < _skips)
        {
            _skipped += message.Length < From ? 0 : 1;
            return null;
        }

        var bytes = ArrayPool<byte>.Shared.Rent(MaxHeader + message.Length + (message.Length / 64) + Slack);
        var length = Deflate(message, bytes);
        if (length > 0 && length <= message.Length - (message.Length / 8))
        {
            _skips = 0;
            return Frame(bytes, length);
        }

        ArrayPool<byte>.Shared.Return(bytes);
        (_skips, _skipped) = (Math.Min(Math.Max(1, _skips * 2), MostSkipped), 0);
        return null;
    }

    /// <returns>Bytes of the compressed message behind <see cref="MaxHeader"/>; 0: there was no room.</returns>
    private int Deflate(ReadOnlySpan<byte> message, byte[] bytes)
    {
        try
        {
            using var output = new MemoryStream(bytes, MaxHeader, bytes.Length - MaxHeader);
            using var deflate = new DeflateStream(output, new ZLibCompressionOptions { CompressionLevel = level }, leaveOpen: true);
            deflate.Write(message);
            deflate.Flush();

            // What a flush ends with is left out (section 7.2.1). The end of the stream, which comes behind it, is not sent.
            var length = (int)output.Position - Flushed.Length;
            return bytes.AsSpan(MaxHeader + length, Flushed.Length).SequenceEqual(Flushed) ? length : 0;
        }
        catch (NotSupportedException)
        {
            return 0;
        }
    }

    private ArraySegment<byte> Frame(byte[] bytes, int length)
    {
        var lengthBytes = length > ushort.MaxValue ? sizeof(ulong) : length > 125 ? sizeof(ushort) : 0;
        var start = MaxHeader - 2 - lengthBytes - (isMasked ? MaskLength : 0);
        var header = bytes.AsSpan(start);
        header[0] = FinalCompressedBinary;
        header[1] = (byte)((isMasked ? 0x80 : 0) | (lengthBytes switch { sizeof(ulong) => 127, sizeof(ushort) => 126, _ => length }));
        if (lengthBytes == sizeof(ulong))
        {
            BinaryPrimitives.WriteUInt64BigEndian(header[2..], (ulong)length);
        }
        else if (lengthBytes == sizeof(ushort))
        {
            BinaryPrimitives.WriteUInt16BigEndian(header[2..], (ushort)length);
        }

        if (isMasked)
        {
            var key = header.Slice(2 + lengthBytes, MaskLength);
            RandomNumberGenerator.Fill(key);
            Mask(bytes.AsSpan(MaxHeader, length), key);
        }

        return new ArraySegment<byte>(bytes, start, MaxHeader - start + length);
    }

    private static void Mask(Span<byte> payload, ReadOnlySpan<byte> key)
    {
        var word = MemoryMarshal.Read<uint>(key);
        var words = MemoryMarshal.Cast<byte, uint>(payload);
        for (var i = 0; i < words.Length; i++)
        {
            words[i] ^= word;
        }

        for (var i = words.Length * sizeof(uint); i < payload.Length; i++)
        {
            payload[i] ^= key[i % MaskLength];
        }
    }
}
