using System.Buffers.Text;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Federation.Actors.Benchmarks.Link;

/// <summary>Subscribes over a plain socket and counts what comes.</summary>
internal sealed class NatsCounter : IDisposable
{
    private readonly Socket _socket;
    private readonly Thread _reading;
    private long _count;

    public NatsCounter(int port, string subject)
    {
        _socket = Connect(port);
        _socket.Send(Encoding.ASCII.GetBytes($"SUB {subject} 1\r\nPING\r\n"));
        _reading = new Thread(Read) { IsBackground = true };
        _reading.Start();
    }

    /// <summary>Messages so far.</summary>
    public long Count => Volatile.Read(ref _count);

    /// <summary>Receives how many messages there were before and after a read. On the reading thread.</summary>
    public Action<long, long>? Came { get; set; }

    /// <summary>A connection that has said CONNECT.</summary>
    public static Socket Connect(int port)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        socket.Connect(IPAddress.Loopback, port);
        socket.Send("CONNECT {\"verbose\":false,\"pedantic\":false,\"headers\":true}\r\n"u8);
        return socket;
    }

    public void Dispose()
    {
        _socket.Dispose();
        _reading.Join();
    }

    private void Read()
    {
        var buffer = new byte[256 * 1024];
        var (filled, skip) = (0, 0L);
        try
        {
            while (_socket.Receive(buffer.AsSpan(filled)) is > 0 and var length)
            {
                filled += length;
                var before = _count;
                var rest = Take(buffer.AsSpan(0, filled), ref skip);
                rest.CopyTo(buffer);
                filled = rest.Length;
                if (_count != before)
                {
                    Came?.Invoke(before, _count);
                }
            }
        }
        catch (Exception end) when (end is SocketException or ObjectDisposedException)
        {
            // The race is over.
        }
    }

    /// <summary>Counts messages when their last byte has come. Returns the start of a line whose end has not.</summary>
    private Span<byte> Take(Span<byte> bytes, ref long skip)
    {
        while (true)
        {
            if (skip > bytes.Length)
            {
                skip -= bytes.Length;
                return [];
            }

            if (skip > 0)
            {
                bytes = bytes[(int)skip..];
                skip = 0;
                Volatile.Write(ref _count, _count + 1);
            }

            var end = bytes.IndexOf((byte)'\n');
            if (end < 0)
            {
                return bytes;
            }

            var line = bytes[..end].TrimEnd((byte)'\r');
            bytes = bytes[(end + 1)..];
            if (line.StartsWith("MSG"u8) || line.StartsWith("HMSG"u8))
            {
                _ = Utf8Parser.TryParse(line[(line.LastIndexOf((byte)' ') + 1)..], out int size, out _);
                skip = size + 2;
            }
            else if (line.StartsWith("PING"u8))
            {
                _socket.Send("PONG\r\n"u8);
            }
        }
    }
}
