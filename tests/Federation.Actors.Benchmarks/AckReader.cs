using System.Buffers.Text;
using System.Net.Sockets;
using System.Text;

namespace Federation.Actors.Benchmarks;

/// <summary>Finds the acks among the frames a server sends; anything but an ack or a slow signal is a fault.</summary>
internal sealed class AckReader(int bufferSize)
{
    private static readonly byte[] AckStart = "{\"type\":\"ack\",\"id\":\"m-"u8.ToArray();

    private readonly byte[] _buffer = new byte[bufferSize];
    private int _filled;

    /// <summary>Reads once and counts the acks that are complete.</summary>
    /// <param name="socket">Where from.</param>
    /// <param name="each">Gets the number in each id; null when that does not matter.</param>
    /// <param name="stop">Ends the wait.</param>
    public async ValueTask<int> ReadAsync(Socket socket, Action<int>? each, CancellationToken stop)
    {
        var read = await socket.ReceiveAsync(_buffer.AsMemory(_filled), stop);
        if (read == 0)
        {
            throw new IOException("closed before all was answered");
        }

        _filled += read;
        var (count, at) = (0, 0);
        while (_filled - at >= 4)
        {
            var length = _buffer[at + 1] & 0x7f;
            var header = length < 126 ? 2 : 4;
            length = length < 126 ? length : (_buffer[at + 2] << 8) | _buffer[at + 3];
            if (_filled - at < header + length)
            {
                break;
            }

            var text = _buffer.AsSpan(at + header, length);
            if ((_buffer[at] & 0x0f) == 1 && IsAck(text))
            {
                count++;
                if (each is not null && Utf8Parser.TryParse(text[AckStart.Length..], out int number, out _))
                {
                    each(number);
                }
            }

            at += header + length;
        }

        _buffer.AsSpan(at, _filled - at).CopyTo(_buffer);
        _filled -= at;
        return count;
    }

    private static bool IsAck(ReadOnlySpan<byte> text)
    {
        if (text.StartsWith(AckStart))
        {
            return true;
        }

        return text.IndexOf("\"slow\""u8) >= 0 ? false : throw new IOException("not an ack: " + Encoding.UTF8.GetString(text));
    }
}
