using System.Net.Sockets;

namespace Federation.Actors.Benchmarks;

/// <summary>
/// A peer that acks every message, with as little work as that takes: ids are found by their place, acks are written together.
/// </summary>
/// <remarks>Masked with zeros, which RFC 6455 allows and costs nothing.</remarks>
internal sealed class AckingPeer(TcpClient client) : IDisposable
{
    private static readonly byte[] BeforeId = "{\"type\":\"data\",\"id\":\""u8.ToArray();
    private static readonly byte[] AckStart = "{\"type\":\"ack\",\"id\":\""u8.ToArray();

    private long _messages;

    /// <summary>Messages acked so far.</summary>
    public long Messages => Volatile.Read(ref _messages);

    /// <summary>Reads and acks until the node closes or <paramref name="stop"/>.</summary>
    public async Task RunAsync(CancellationToken stop)
    {
        var buffer = new byte[256 * 1024];
        var acks = new byte[256 * 1024];
        var filled = 0;
        try
        {
            while (await client.Client.ReceiveAsync(buffer.AsMemory(filled), stop) is > 0 and var read)
            {
                filled += read;
                var (used, length, count) = Ack(buffer.AsSpan(0, filled), acks);
                buffer.AsSpan(used, filled - used).CopyTo(buffer);
                filled -= used;
                for (var sent = 0; sent < length;)
                {
                    sent += await client.Client.SendAsync(acks.AsMemory(sent, length - sent), stop);
                }

                Volatile.Write(ref _messages, _messages + count);
            }
        }
        catch (Exception e) when (e is OperationCanceledException or SocketException)
        {
            // The end of the run.
        }
    }

    public void Dispose() => client.Dispose();

    private static (int Used, int Length, int Count) Ack(ReadOnlySpan<byte> frames, Span<byte> acks)
    {
        var (used, length, count) = (0, 0, 0);
        while (true)
        {
            var rest = frames[used..];
            if (rest.Length < 4)
            {
                return (used, length, count);
            }

            var (header, size) = rest[1] < 126 ? (2, rest[1]) : (4, (rest[2] << 8) | rest[3]);
            if (rest.Length < header + size || length + 256 > acks.Length)
            {
                return (used, length, count);
            }

            var text = rest.Slice(header, size);
            if (rest[0] == 0x81 && text.StartsWith(BeforeId))
            {
                var id = text[BeforeId.Length..];
                id = id[..id.IndexOf((byte)'"')];
                var ack = acks[length..];
                ack[0] = 0x81;
                ack[1] = (byte)(0x80 | (AckStart.Length + id.Length + 2));
                ack.Slice(2, 4).Clear();
                AckStart.CopyTo(ack[6..]);
                id.CopyTo(ack[(6 + AckStart.Length)..]);
                "\"}"u8.CopyTo(ack[(6 + AckStart.Length + id.Length)..]);
                length += 8 + AckStart.Length + id.Length;
                count++;
            }

            used += header + size;
        }
    }
}
