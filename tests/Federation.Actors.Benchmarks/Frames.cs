using System.Globalization;
using System.IO.Compression;
using System.Text;

namespace Federation.Actors.Benchmarks;

/// <summary>WebSocket frames with one envelope each, prepared in advance and used again and again.</summary>
/// <remarks>Masked with zeros, which RFC 6455 allows and costs nothing. Read-only once made, so that many connections share it.</remarks>
internal sealed class Frames
{
    private const string Start = "{\"type\":\"data\",\"id\":\"";
    private const string Middle = "\",\"timestamp\":1704844800000,\"payload\":{\"sensor_id\":\"temp-01\",\"value\":23.5,\"pad\":\"";
    private const string End = "\"}}";

    // About 64 MiB, and always more frames than may be unanswered.
    private const int Bytes = 64 * 1024 * 1024;

    // Compressing takes a while, and no more than half as many are unanswered.
    private const int MostCompressed = 32_000;

    private readonly byte[] _bytes;
    private readonly int[] _ends;

    /// <param name="size">Bytes of an envelope, 126 to 65535.</param>
    /// <param name="compress">Each is compressed on its own, as after permessage-deflate without context takeover (RFC 7692).</param>
    public Frames(int size, bool compress = false)
    {
        IsCompressed = compress;
        Count = Math.Min(Bytes / (8 + size), compress ? MostCompressed : int.MaxValue);
        _ends = new int[Count];
        using var all = new MemoryStream((8 + size) * Count);
        var padding = Padding(size - Start.Length - 10 - Middle.Length - End.Length);
        for (var i = 0; i < Count; i++)
        {
            var text = Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{Start}m-{i:00000000}{Middle}{padding}{End}"));
            Write(all, compress ? Deflate(text) : text, compress ? (byte)0xC1 : (byte)0x81);
            _ends[i] = (int)all.Length;
        }

        _bytes = all.GetBuffer();
    }

    /// <summary>True when they can only be sent after permessage-deflate has been agreed on.</summary>
    public bool IsCompressed { get; }

    /// <summary>How many there are; the id of the one at n is m- and n in eight digits.</summary>
    public int Count { get; }

    /// <summary>
    /// The <paramref name="number"/>th message to send and at most <paramref name="count"/> - 1 behind it, as far as they stand together.
    /// </summary>
    public ReadOnlyMemory<byte> From(long number, int count, out int taken)
    {
        var at = (int)(number % Count);
        taken = Math.Min(count, Count - at);
        var start = at == 0 ? 0 : _ends[at - 1];
        return _bytes.AsMemory(start, _ends[at + taken - 1] - start);
    }

    // Text that compresses about as well as measurements do, not letters that are all the same.
    private static string Padding(int length)
    {
        var text = new StringBuilder(length + 16);
        for (uint value = 1; text.Length < length; value = (value * 1664525) + 1013904223)
        {
            text.Append(CultureInfo.InvariantCulture, $"{value >> 20};");
        }

        return text.ToString(0, length);
    }

    private static void Write(MemoryStream all, byte[] payload, byte first)
    {
        all.WriteByte(first);
        if (payload.Length < 126)
        {
            all.WriteByte((byte)(0x80 | payload.Length));
        }
        else
        {
            all.Write([0x80 | 126, (byte)(payload.Length >> 8), (byte)payload.Length]);
        }

        all.Write([0, 0, 0, 0]);
        all.Write(payload);
    }

    private static byte[] Deflate(byte[] text)
    {
        using var output = new MemoryStream();
        using var deflate = new DeflateStream(output, CompressionLevel.Fastest);
        deflate.Write(text);
        deflate.Flush();

        // A flush ends in 00 00 FF FF, which the sender leaves out (RFC 7692, section 7.2.1).
        return output.ToArray()[..^4];
    }
}
