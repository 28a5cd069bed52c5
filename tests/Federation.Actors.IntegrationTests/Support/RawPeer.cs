using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace Federation.Actors.IntegrationTests.Support;

/// <summary>A peer that speaks HTTP and WebSocket byte by byte, so that it can do both wrongly.</summary>
internal sealed class RawPeer : IDisposable
{
    private readonly TcpClient _client = new() { NoDelay = true };

    private RawPeer()
    {
    }

    private SslStream? _tls;

    // TcpClient gives none any more once a write has failed, while a read may go on.
    private NetworkStream? _network;

    private Stream Stream => _tls ?? (Stream)_network!;

    /// <summary>Opens a TCP connection and sends nothing.</summary>
    /// <param name="port">The port of 127.0.0.1.</param>
    /// <param name="from">Address of this machine to come from; any by default.</param>
    public static async Task<RawPeer> OpenAsync(int port, IPAddress? from = null)
    {
        var peer = new RawPeer();
        if (from is not null)
        {
            peer._client.Client.Bind(new IPEndPoint(from, 0));
        }

        await peer._client.ConnectAsync("127.0.0.1", port).WaitAsync(Patience.Long);
        peer._network = peer._client.GetStream();
        return peer;
    }

    /// <summary>Opens a connection and sends a handshake; reads nothing.</summary>
    public static Task<RawPeer> SendHandshakeAsync(int port, string path = "/ingest", params string[] headers) =>
        SendHandshakeAsync(port, null, path, headers);

    /// <inheritdoc cref="SendHandshakeAsync(int, string, string[])" />
    public static async Task<RawPeer> SendHandshakeAsync(int port, IPAddress? from, string path, params string[] headers)
    {
        var peer = await OpenAsync(port, from);
        await peer.SendAsync(Encoding.ASCII.GetBytes(
            $"GET {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
            + "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
            + string.Concat(headers.Select(header => header + "\r\n")) + "\r\n"));
        return peer;
    }

    /// <summary>Goes on in TLS; returns the certificate of the other end.</summary>
    public async Task<X509Certificate2> EncryptAsync(SslClientAuthenticationOptions options)
    {
        _tls = new SslStream(Stream);
        await _tls.AuthenticateAsClientAsync(options).WaitAsync(Patience.Long);
        return X509CertificateLoader.LoadCertificate(_tls.RemoteCertificate!.Export(X509ContentType.Cert));
    }

    public Task SendAsync(byte[] bytes) => Stream.WriteAsync(bytes).AsTask().WaitAsync(Patience.Long);

    /// <summary>Sends a masked frame with the all-zero key, so that payloads stay readable.</summary>
    public Task SendFrameAsync(int firstByte, byte[] payload) => SendAsync(Frame(firstByte, payload));

    /// <summary>The bytes of such a frame.</summary>
    public static byte[] Frame(int firstByte, byte[] payload)
    {
        byte[] header = payload.Length < 126
            ? [(byte)firstByte, (byte)(0x80 | payload.Length)]
            : [(byte)firstByte, 0xFE, (byte)(payload.Length >> 8), (byte)payload.Length];
        return [.. header, 0, 0, 0, 0, .. payload];
    }

    /// <summary>The text of the next frame, which the server has sent unmasked and with up to 65,535 bytes.</summary>
    public async Task<string> ReadTextAsync()
    {
        var head = await ReadAsync(2);
        Assert.Equal(0x81, head[0]);
        var length = head[1] < 126 ? head[1] : (await ReadAsync(2)) is var more ? (more[0] << 8) + more[1] : 0;
        return Encoding.UTF8.GetString(await ReadAsync(length));
    }

    /// <summary>Status line and headers of the answer.</summary>
    public async Task<string> ReadHeadAsync()
    {
        var head = "";
        while (!head.EndsWith("\r\n\r\n", StringComparison.Ordinal))
        {
            head += await ReadUntilAsync('\n');
        }

        return head;
    }

    /// <summary>Text up to and with <paramref name="last"/>.</summary>
    public async Task<string> ReadUntilAsync(char last)
    {
        var text = new StringBuilder();
        do
        {
            text.Append((char)(await ReadAsync(1))[0]);
        }
        while (text[^1] != last);
        return text.ToString();
    }

    public async Task<byte[]> ReadAsync(int count)
    {
        var bytes = new byte[count];
        await Stream.ReadExactlyAsync(bytes).AsTask().WaitAsync(Patience.Long);
        return bytes;
    }

    /// <summary>Reads until the other end has closed or reset the connection; returns what came before.</summary>
    public async Task<byte[]> ReadToEndAsync()
    {
        var bytes = new List<byte>();
        var buffer = new byte[4096];
        try
        {
            for (int count; (count = await Stream.ReadAsync(buffer).AsTask().WaitAsync(Patience.Long)) > 0;)
            {
                bytes.AddRange(buffer.AsSpan(0, count));
            }
        }
        catch (IOException)
        {
            // Reset: an end as well.
        }

        return [.. bytes];
    }

    public void Dispose()
    {
        _tls?.Dispose();
        _client.Dispose();
    }
}
