using System.Diagnostics;
using System.Globalization;
using System.Net.Sockets;
using System.Text;

namespace Federation.Actors.Benchmarks;

/// <summary>
/// Sends envelopes as fast as a window of unanswered ones allows, and counts the answers. Frames are prepared in advance and written many
/// at a time; answers are counted by their frame headers. Masked with zeros, which RFC 6455 allows and costs nothing.
/// </summary>
internal sealed class LoadGenerator(Uri url, int messages, int size, int window)
{
    private readonly byte[] _frames = Prepare(messages, size);
    private readonly int _frameLength = FrameLength(size);

    /// <summary>What one run measured.</summary>
    /// <param name="Seconds">From the first byte sent to the last answer.</param>
    /// <param name="CpuSeconds">This process's own, user and system.</param>
    public sealed record Result(double Seconds, double CpuSeconds);

    /// <summary>Runs on a number of connections, each sending <c>messages</c>.</summary>
    public async Task<Result> RunAsync(int connections, CancellationToken stop)
    {
        var sockets = new List<TcpClient>();
        try
        {
            for (var i = 0; i < connections; i++)
            {
                sockets.Add(await ConnectAsync(url, stop));
            }

            var cpu = Process.GetCurrentProcess().TotalProcessorTime;
            var clock = Stopwatch.StartNew();
            await Task.WhenAll(sockets.Select(socket => Task.Run(() => DriveAsync(socket.Client, window / connections, stop), stop)));
            return new Result(clock.Elapsed.TotalSeconds, (Process.GetCurrentProcess().TotalProcessorTime - cpu).TotalSeconds);
        }
        finally
        {
            sockets.ForEach(static socket => socket.Dispose());
        }
    }

    /// <summary>Opens a WebSocket and leaves it to the caller.</summary>
    public static async Task<TcpClient> ConnectAsync(Uri url, CancellationToken stop)
    {
        var client = new TcpClient { NoDelay = true };
        await client.ConnectAsync(url.Host, url.Port, stop);
        var request = $"GET {url.PathAndQuery} HTTP/1.1\r\nHost: {url.Authority}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            + "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n";
        await client.Client.SendAsync(Encoding.ASCII.GetBytes(request), stop);
        var response = new StringBuilder();
        var one = new byte[1];
        while (!response.ToString().EndsWith("\r\n\r\n", StringComparison.Ordinal))
        {
            if (await client.Client.ReceiveAsync(one, stop) == 0)
            {
                throw new IOException("closed during the handshake: " + response);
            }

            response.Append((char)one[0]);
        }

        return response.ToString().StartsWith("HTTP/1.1 101", StringComparison.Ordinal) ? client : throw new IOException(response.ToString());
    }

    private static int HeaderLength(int payload) => (payload < 126 ? 2 : 4) + 4;

    private static int FrameLength(int size) => HeaderLength(size) + size;

    private static byte[] Prepare(int messages, int size)
    {
        var frame = FrameLength(size);
        var bytes = new byte[(long)frame * messages];
        const string Start = "{\"type\":\"data\",\"id\":\"";
        const string Middle = "\",\"timestamp\":1704844800000,\"payload\":{\"sensor_id\":\"temp-01\",\"value\":23.5,\"pad\":\"";
        const string End = "\"}}";
        var padding = new string('x', size - Start.Length - 10 - Middle.Length - End.Length);
        for (var i = 0; i < messages; i++)
        {
            var at = i * frame;
            bytes[at] = 0x81;
            if (size < 126)
            {
                bytes[at + 1] = (byte)(0x80 | size);
            }
            else
            {
                bytes[at + 1] = 0x80 | 126;
                bytes[at + 2] = (byte)(size >> 8);
                bytes[at + 3] = (byte)size;
            }

            var text = string.Create(CultureInfo.InvariantCulture, $"{Start}m-{i:00000000}{Middle}{padding}{End}");
            Encoding.ASCII.GetBytes(text, bytes.AsSpan(at + HeaderLength(size)));
        }

        return bytes;
    }

    private async Task DriveAsync(Socket socket, int unanswered, CancellationToken stop)
    {
        var answered = 0;
        using var room = new SemaphoreSlim(0);
        var reading = Task.Run(() => CountAsync(socket, count =>
        {
            Volatile.Write(ref answered, count);
            if (room.CurrentCount == 0)
            {
                room.Release();
            }
        }, stop), stop);

        // Some hundred frames a write, so that neither side waits for the other's system calls.
        const int Chunk = 512;
        for (var sent = 0; sent < messages;)
        {
            var free = unanswered - (sent - Volatile.Read(ref answered));
            if (free <= 0)
            {
                await room.WaitAsync(stop);
                continue;
            }

            var count = Math.Min(Math.Min(free, Chunk), messages - sent);
            var bytes = _frames.AsMemory(sent * _frameLength, count * _frameLength);
            while (bytes.Length > 0)
            {
                bytes = bytes[await socket.SendAsync(bytes, stop)..];
            }

            sent += count;
        }

        await reading;
    }

    private async Task CountAsync(Socket socket, Action<int> report, CancellationToken stop)
    {
        var buffer = new byte[256 * 1024];
        var count = 0;
        var filled = 0;
        while (count < messages)
        {
            var read = await socket.ReceiveAsync(buffer.AsMemory(filled), stop);
            if (read == 0)
            {
                throw new IOException($"closed after {count} answers");
            }

            filled += read;
            var at = 0;
            while (filled - at >= 4)
            {
                var length = buffer[at + 1] & 0x7f;
                var header = length < 126 ? 2 : 4;
                length = length < 126 ? length : (buffer[at + 2] << 8) | buffer[at + 3];
                if (filled - at < header + length)
                {
                    break;
                }

                var isText = (buffer[at] & 0x0f) == 1;
                if (isText && buffer.AsSpan(at + header, 13).SequenceEqual("{\"type\":\"ack\""u8))
                {
                    count++;
                }
                else if (isText && buffer.AsSpan(at + header, length).IndexOf("\"slow\""u8) < 0)
                {
                    throw new IOException("not an ack: " + Encoding.UTF8.GetString(buffer, at + header, length));
                }

                at += header + length;
            }

            buffer.AsSpan(at, filled - at).CopyTo(buffer);
            filled -= at;
            report(count);
        }
    }
}
