using System.Globalization;
using System.Net.Sockets;
using System.Text;

namespace Federation.Actors.Benchmarks.Link;

/// <summary>Publishes prepared messages over a plain socket, many with each write.</summary>
internal sealed class NatsSender : IDisposable
{
    // A write of some 40 KB of small messages.
    private const int MostAtOnce = 256;

    private readonly Socket _socket;
    private readonly byte[] _bytes;
    private readonly int[] _starts;

    public NatsSender(int port, string subject, byte[][] payloads)
    {
        _socket = NatsCounter.Connect(port);
        using var bytes = new MemoryStream();
        _starts = new int[payloads.Length + 1];
        for (var i = 0; i < payloads.Length; i++)
        {
            bytes.Write(Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"PUB {subject} {payloads[i].Length}\r\n")));
            bytes.Write(payloads[i]);
            bytes.Write("\r\n"u8);
            _starts[i + 1] = (int)bytes.Length;
        }

        _bytes = bytes.ToArray();
    }

    /// <summary>Publishes up to so many messages, and returns how many.</summary>
    public int Send(long first, long count)
    {
        var index = (int)(first % (_starts.Length - 1));
        var taken = (int)Math.Min(Math.Min(count, MostAtOnce), _starts.Length - 1 - index);
        for (var span = _bytes.AsSpan(_starts[index].._starts[index + taken]); span.Length > 0;)
        {
            span = span[_socket.Send(span)..];
        }

        return taken;
    }

    public void Dispose() => _socket.Dispose();
}
