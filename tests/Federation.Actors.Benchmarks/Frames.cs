using System.Globalization;
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

    private readonly byte[] _bytes;
    private readonly int _length;

    /// <param name="size">Bytes of an envelope, 126 to 65535.</param>
    public Frames(int size)
    {
        Size = size;
        _length = 8 + size;
        Count = Bytes / _length;
        _bytes = new byte[_length * Count];
        var padding = new string('x', size - Start.Length - 10 - Middle.Length - End.Length);
        for (var i = 0; i < Count; i++)
        {
            var frame = _bytes.AsSpan(i * _length, _length);
            frame[0] = 0x81;
            frame[1] = 0x80 | 126;
            frame[2] = (byte)(size >> 8);
            frame[3] = (byte)size;
            Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{Start}m-{i:00000000}{Middle}{padding}{End}"), frame[8..]);
        }
    }

    /// <summary>Bytes of an envelope.</summary>
    public int Size { get; }

    /// <summary>How many there are; the id of the one at n is m- and n in eight digits.</summary>
    public int Count { get; }

    /// <summary>The <paramref name="number"/>th message to send and at most <paramref name="count"/> - 1 behind it, as far as they stand together.</summary>
    public ReadOnlyMemory<byte> From(long number, int count, out int taken)
    {
        var at = (int)(number % Count);
        taken = Math.Min(count, Count - at);
        return _bytes.AsMemory(at * _length, taken * _length);
    }
}
