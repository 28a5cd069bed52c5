using System.Diagnostics;
using System.Net.Sockets;
using System.Text;

namespace Federation.Actors.Benchmarks;

/// <summary>
/// Sends envelopes as fast as a window of unanswered ones allows, and counts the answers. Frames are prepared in advance and written many
/// at a time; answers are counted by their frame headers.
/// </summary>
internal sealed class LoadGenerator(Contender contender, Frames frames, int window)
{
    // Some hundred frames a write, so that neither side waits for the other's system calls.
    private const int Chunk = 512;

    // An ack is about 70 bytes in its frame.
    private const int AckBytes = 128;

    // What the meter inside the contender takes to notice.
    private static readonly TimeSpan Settling = TimeSpan.FromMilliseconds(120);

    // FIN, close, masked with zeros, no status.
    private static readonly byte[] CloseFrame = [0x88, 0x80, 0, 0, 0, 0];

    /// <summary>Sends so many messages on each of a number of connections and waits for as many acks.</summary>
    public Task<Run> RunAsync(int connections, int each, CancellationToken stop) =>
        MeasureAsync(connections, each, socket => DriveAsync(socket, each, Math.Max(1, window / connections), stop), stop);

    /// <summary>Sends without waiting for acks, and ends when the other side has read all of it and closes.</summary>
    public Task<Run> PourAsync(int connections, int each, CancellationToken stop) =>
        MeasureAsync(connections, each, socket => PourAsync(socket, each, stop), stop);

    /// <summary>Opens a WebSocket and leaves it to the caller.</summary>
    /// <param name="url">Where to.</param>
    /// <param name="stop">Ends the attempt.</param>
    /// <param name="compress">Asks for permessage-deflate and fails when it is not granted.</param>
    public static async Task<TcpClient> ConnectAsync(Uri url, CancellationToken stop, bool compress = false)
    {
        var client = new TcpClient { NoDelay = true };
        await client.ConnectAsync(url.Host, url.Port, stop);
        var request = $"GET {url.PathAndQuery} HTTP/1.1\r\nHost: {url.Authority}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            + "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n"
            + (compress ? "Sec-WebSocket-Extensions: permessage-deflate\r\n\r\n" : "\r\n");
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

        var answer = response.ToString();
        var isGranted = !compress || answer.Contains("permessage-deflate", StringComparison.Ordinal);
        return isGranted && answer.StartsWith("HTTP/1.1 101", StringComparison.Ordinal) ? client : throw new IOException(answer);
    }

    private async Task<Run> MeasureAsync(int connections, int each, Func<Socket, Task> drive, CancellationToken stop)
    {
        var sockets = new List<TcpClient>();
        try
        {
            for (var i = 0; i < connections; i++)
            {
                sockets.Add(await ConnectAsync(contender.Url, stop, frames.IsCompressed));
            }

            await Task.Delay(Settling, stop);
            var (allocated, cpu, own, clock) = (contender.Allocated, contender.CpuSeconds, Machine.OwnSeconds(), Stopwatch.StartNew());
            await Task.WhenAll(sockets.Select(socket => Task.Run(() => drive(socket.Client), stop)));
            var (seconds, used, ownUsed) = (clock.Elapsed.TotalSeconds, contender.CpuSeconds - cpu, Machine.OwnSeconds() - own);
            await Task.Delay(Settling, stop);
            return new Run((long)connections * each, seconds, used, ownUsed, contender.Allocated - allocated);
        }
        finally
        {
            sockets.ForEach(static socket => socket.Dispose());
        }
    }

    private async Task DriveAsync(Socket socket, int messages, int unanswered, CancellationToken stop)
    {
        var answered = 0;
        using var room = new SemaphoreSlim(0);
        var reading = Task.Run(
            async () =>
            {
                var reader = new AckReader(Math.Clamp(unanswered * AckBytes, 4 * 1024, 256 * 1024));
                for (var count = 0; count < messages;)
                {
                    count += await reader.ReadAsync(socket, each: null, stop);
                    Volatile.Write(ref answered, count);
                    if (room.CurrentCount == 0)
                    {
                        room.Release();
                    }
                }
            },
            stop);

        // A contender that acks one by one would otherwise be sent one by one.
        var least = Math.Max(1, unanswered / 8);
        for (var sent = 0; sent < messages;)
        {
            var free = unanswered - (sent - Volatile.Read(ref answered));
            if (free < least)
            {
                await Task.WhenAny(room.WaitAsync(stop), reading).Unwrap();
                continue;
            }

            var bytes = frames.From(sent, Math.Min(Math.Min(free, Chunk), messages - sent), out var taken);
            await SendAsync(socket, bytes, stop);
            sent += taken;
        }

        await reading;
    }

    private async Task PourAsync(Socket socket, int messages, CancellationToken stop)
    {
        for (var sent = 0; sent < messages;)
        {
            var bytes = frames.From(sent, Math.Min(Chunk, messages - sent), out var taken);
            await SendAsync(socket, bytes, stop);
            sent += taken;
        }

        await SendAsync(socket, CloseFrame, stop);
        await socket.ReceiveAsync(new byte[128], stop);
    }

    private static async Task SendAsync(Socket socket, ReadOnlyMemory<byte> bytes, CancellationToken stop)
    {
        while (bytes.Length > 0)
        {
            bytes = bytes[await socket.SendAsync(bytes, stop)..];
        }
    }
}
