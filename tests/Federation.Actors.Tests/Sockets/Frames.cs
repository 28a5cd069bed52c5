using System.Buffers.Binary;

namespace Federation.Actors.Tests.Sockets;

/// <summary>Writes RFC 6455 frames byte by byte, independently of the code under test.</summary>
internal static class Frames
{
    public static byte[] Frame(int opcode, byte[] payload, bool final = true, byte[]? mask = null, int longForm = 0)
    {
        var bytes = new List<byte> { (byte)((final ? 0x80 : 0) | opcode) };
        var maskBit = mask is null ? 0 : 0x80;
        if (payload.Length > ushort.MaxValue || longForm == 2)
        {
            var length = new byte[8];
            BinaryPrimitives.WriteUInt64BigEndian(length, (ulong)payload.Length);
            bytes.Add((byte)(maskBit | 127));
            bytes.AddRange(length);
        }
        else if (payload.Length > 125 || longForm == 1)
        {
            bytes.Add((byte)(maskBit | 126));
            bytes.Add((byte)(payload.Length >> 8));
            bytes.Add((byte)payload.Length);
        }
        else
        {
            bytes.Add((byte)(maskBit | payload.Length));
        }

        bytes.AddRange(mask ?? []);
        bytes.AddRange(payload.Select((value, index) => mask is null ? value : (byte)(value ^ mask[index % 4])));
        return [.. bytes];
    }
}
