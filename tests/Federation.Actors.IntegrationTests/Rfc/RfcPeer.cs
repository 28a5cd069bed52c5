using System.Buffers.Binary;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using Federation.Actors.IntegrationTests.Support;

namespace Federation.Actors.IntegrationTests.Rfc;

/// <summary>Plays one <see cref="RfcCase"/> against a node, byte by byte, and writes down what comes back.</summary>
internal sealed class RfcPeer : IDisposable
{
    private readonly TcpClient _tcp = new() { NoDelay = true };
    private readonly List<string> _gets = [];
    private NetworkStream? _stream;

    /// <summary>What came back, in its order; <c>end</c> after a close in order, <c>reset</c> after any other.</summary>
    public IReadOnlyList<string> Gets => _gets;

    /// <summary>What was agreed to in the handshake; null: nothing.</summary>
    public string? Agreed { get; private set; }

    /// <summary>Connects and does the handshake.</summary>
    public async Task ConnectAsync(Uri url, string? offer)
    {
        await _tcp.ConnectAsync(url.Host, url.Port).WaitAsync(Patience.Long);

        // Once: a client that has shut down one direction counts as unconnected.
        _stream = _tcp.GetStream();
        var extensions = offer is null ? "" : $"Sec-WebSocket-Extensions: {offer}\r\n";
        await SendAsync(Encoding.ASCII.GetBytes(
            $"GET {url.AbsolutePath} HTTP/1.1\r\nHost: {url.Authority}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
            + $"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n{extensions}\r\n"));
        var head = new StringBuilder();
        while (!head.ToString().EndsWith("\r\n\r\n", StringComparison.Ordinal))
        {
            head.Append((char)(await ReadAsync(1))[0]);
        }

        var lines = head.ToString().Split("\r\n");
        Assert.StartsWith("HTTP/1.1 101", lines[0], StringComparison.Ordinal);
        Agreed = Array.Find(lines, static line => line.StartsWith("Sec-WebSocket-Extensions:", StringComparison.OrdinalIgnoreCase))?.Split(
            ':', 2)[1].Trim();
    }

    /// <summary>Sends bytes, in pieces of so many when that is more than 0.</summary>
    public async Task SendAsync(byte[] bytes, int chop = 0)
    {
        var piece = chop > 0 ? chop : Math.Max(1, bytes.Length);
        try
        {
            for (var at = 0; at < bytes.Length; at += piece)
            {
                await _stream!.WriteAsync(bytes.AsMemory(at, Math.Min(piece, bytes.Length - at))).AsTask().WaitAsync(Patience.Long);
            }
        }
        catch (IOException)
        {
            // The other end has had enough; what it said is still to be read.
        }
    }

    /// <summary>
    /// Reads until the connection ends, and closes it when <paramref name="answers"/> answers have come and the other end has not.
    /// </summary>
    public async Task ReadAsync(int answers, bool hasClosed)
    {
        try
        {
            while (await ReadFrameAsync() is { } got)
            {
                _gets.Add(got);
                if (got.StartsWith("close", StringComparison.Ordinal))
                {
                    await SendAsync(RfcFrames.Closing(1000));
                    _tcp.Client.Shutdown(SocketShutdown.Send);
                }
                else if (!hasClosed && _gets.Count == answers)
                {
                    await SendAsync(RfcFrames.Closing(1000));
                }
            }

            _gets.Add("end");
        }
        catch (IOException)
        {
            _gets.Add("reset");
        }
    }

    public void Dispose() => _tcp.Dispose();

    private async Task<string?> ReadFrameAsync()
    {
        var head = new byte[2];
        if (await _stream!.ReadAsync(head.AsMemory(0, 1)).AsTask().WaitAsync(Patience.Long) == 0)
        {
            return null;
        }

        head[1] = (await ReadAsync(1))[0];
        var length = head[1] < 126 ? head[1] : BinaryPrimitives.ReadUInt16BigEndian(await ReadAsync(2));
        var payload = await ReadAsync(length);
        return head[0] switch
        {
            0x81 => Envelope(payload),
            0x88 => payload.Length == 0 ? "close" : $"close {BinaryPrimitives.ReadUInt16BigEndian(payload)}",
            0x8A => $"pong {Convert.ToHexString(payload)}",
            _ => $"frame {head[0]:X2}",
        };
    }

    private static string Envelope(byte[] payload)
    {
        using var json = JsonDocument.Parse(payload);
        return $"{json.RootElement.GetProperty("type").GetString()} {json.RootElement.GetProperty("id").GetString()}";
    }

    private async Task<byte[]> ReadAsync(int count)
    {
        var bytes = new byte[count];
        await _stream!.ReadExactlyAsync(bytes).AsTask().WaitAsync(Patience.Long);
        return bytes;
    }
}
