using System.Buffers.Binary;
using System.IO.Compression;
using System.Text;

namespace Federation.Actors.IntegrationTests.Rfc;

/// <summary>Frames of a client, right or wrong, and envelopes of exact lengths.</summary>
internal static class RfcFrames
{
    public const int Text = 1;
    public const int Binary = 2;
    public const int Close = 8;
    public const int Ping = 9;
    public const int Pong = 10;

    private static readonly byte[] Key = [0x37, 0xFA, 0x21, 0x3D];

    /// <summary>A masked frame.</summary>
    public static byte[] Frame(int opcode, byte[] payload, bool final = true, int reserved = 0)
    {
        var bytes = new List<byte> { (byte)((final ? 0x80 : 0) | (reserved << 4) | opcode) };
        if (payload.Length > ushort.MaxValue)
        {
            bytes.Add(0xFF);
            bytes.AddRange(new byte[8]);
            BinaryPrimitives.WriteUInt64BigEndian(
                System.Runtime.InteropServices.CollectionsMarshal.AsSpan(bytes)[^8..], (ulong)payload.Length);
        }
        else if (payload.Length > 125)
        {
            bytes.AddRange([0xFE, (byte)(payload.Length >> 8), (byte)payload.Length]);
        }
        else
        {
            bytes.Add((byte)(0x80 | payload.Length));
        }

        bytes.AddRange(Key);
        var masked = new byte[payload.Length];
        for (var i = 0; i < payload.Length; i++)
        {
            masked[i] = (byte)(payload[i] ^ Key[i % 4]);
        }

        bytes.AddRange(masked);
        return [.. bytes];
    }

    /// <summary>A close frame.</summary>
    public static byte[] Closing(int status, string reason = "") =>
        Frame(Close, [(byte)(status >> 8), (byte)status, .. Encoding.UTF8.GetBytes(reason)]);

    /// <summary>A message in frames of so many bytes.</summary>
    public static IEnumerable<byte[]> Fragments(int opcode, byte[] message, int size, int reserved = 0)
    {
        for (var at = 0; at == 0 || at < message.Length; at += size)
        {
            var end = Math.Min(message.Length, at + size);
            yield return Frame(at == 0 ? opcode : 0, message[at..end], end == message.Length, at == 0 ? reserved : 0);
        }
    }

    /// <summary>A data envelope.</summary>
    public static byte[] Data(string id, string payload = "1") =>
        Encoding.UTF8.GetBytes($$"""{"type":"data","id":"{{id}}","payload":{{payload}}}""");

    /// <summary>A data envelope of exactly so many bytes; <paramref name="fill"/> says what is in its payload.</summary>
    public static byte[] DataOf(string id, int length, Func<int, char>? fill = null)
    {
        var missing = length - Data(id, "\"\"").Length;
        Assert.InRange(missing, 0, length);
        fill ??= static _ => '*';
        return Data(id, $"\"{string.Concat(Enumerable.Range(0, missing).Select(fill))}\"");
    }

    /// <summary>A data envelope whose payload is a string with these bytes.</summary>
    public static byte[] DataWith(string id, byte[] text) =>
        [.. Encoding.UTF8.GetBytes($$"""{"type":"data","id":"{{id}}","payload":""" + "\""), .. text, .. "\"}"u8];

    /// <summary>Compressed for permessage-deflate, without context.</summary>
    /// <param name="plain">The message.</param>
    /// <param name="farAway">False: nothing refers back, so that any window is large enough.</param>
    /// <param name="final">True: its last block has the bit BFINAL.</param>
    public static byte[] Deflate(byte[] plain, bool farAway = true, bool final = false)
    {
        using var packed = new MemoryStream();
        var options = new ZLibCompressionOptions
        {
            CompressionLevel = 6,
            CompressionStrategy = farAway ? ZLibCompressionStrategy.Default : ZLibCompressionStrategy.HuffmanOnly,
        };
        using (var deflate = new DeflateStream(packed, options, leaveOpen: true))
        {
            deflate.Write(plain);
            deflate.Flush();
            if (!final)
            {
                // Ends with an empty block, 00 00 FF FF, which is left out (RFC 7692 section 7.2.1). What is written later is cut off.
                var length = (int)packed.Length;
                deflate.Dispose();
                return packed.ToArray()[..(length - 4)];
            }
        }

        return packed.ToArray();
    }
}
