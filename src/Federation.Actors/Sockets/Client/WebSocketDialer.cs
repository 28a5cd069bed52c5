using System.Net;
using System.Net.Sockets;
using System.Net.WebSockets;
using Federation.Actors.Diagnostics;
using Federation.Actors.Protocol;
using Federation.Actors.Security;
using Federation.Actors.Sockets.Server;
using Microsoft.Extensions.Logging;

namespace Federation.Actors.Sockets.Client;

/// <summary>Dials WebSocket servers for one component.</summary>
/// <remarks>Thread-safe. Credentials and certificates are read again for each dial. Disposing cuts every open connection.</remarks>
internal sealed class WebSocketDialer(
    ComponentSettings component, string name, ILoggerFactory loggers, Func<string, string?> environment,
    TimeProvider? time = null) : IDisposable
{
    private readonly TimeSpan _linger = TimeSpan.FromSeconds(1);

    private readonly DialCredentials _credentials = new DialCredentials(
        component.Auth, environment, loggers.CreateLogger<WebSocketDialer>(), time ?? Clock.System.Time);
    private readonly KeepAliveSweep _keepAlive = new KeepAliveSweep(component.Connection, time ?? Clock.System.Time, masked: true);
    private readonly TimeProvider _time = time ?? Clock.System.Time;

    public Func<string, CancellationToken, Task<IPAddress[]>> Resolve { get; init; } = Dns.GetHostAddressesAsync;

    /// <summary>Connecting takes this long from where batch frames are compressed. Leaf nodes of NATS have the same limit.</summary>
    public TimeSpan Far { get; init; } = TimeSpan.FromMilliseconds(10);

    public async Task<ConnectedPeer> DialAsync(Uri url, CancellationToken cancel)
    {
        var client = component.Client;
        var handshake = new ClientHandshake(url, client.Tls, client.Proxy, Headers(url), new Clock(_time))
        {
            Resolve = Resolve,
            Prepare = tcp => TcpProbes.Enable(tcp, component.Connection),
            Subprotocol = component.Connection.Batching ? BatchFrame.Subprotocol : null,
            CompressesFrom = client.Compression switch
            {
                ClientCompression.Always => TimeSpan.Zero,
                ClientCompression.Auto when component.Connection.Batching => Far,
                _ => Timeout.InfiniteTimeSpan,
            },
        };
        try
        {
            return Tend(await handshake.OpenAsync(client.HandshakeTimeout, cancel), handshake.Secrets, url);
        }
        catch (DialFailedException e) when (e.Status is HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden)
        {
            throw new DialFailedException($"{e.Message}; the credentials come from {_credentials.Origin}", e.ErrorType)
                { Status = e.Status };
        }
    }

    public void Dispose() => _keepAlive.Dispose();

    private Dictionary<string, string> Headers(Uri url)
    {
        var headers = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase) { [FederationHeaders.HandshakePeer] = name };
        if (component.Client.Tls.ServerName is { Length: > 0 } serverName)
        {
            // The handler asks for, and expects in the certificate, the host of this header.
            headers["Host"] = $"{serverName}:{url.Port}";
        }

        if (_credentials.Header() is { } authorization)
        {
            headers["Authorization"] = authorization;
        }

        return headers;
    }

    private ConnectedPeer Tend(UpgradedConnection connection, SentSecrets secrets, Uri url)
    {
        var (network, tcp, isBatching, deflate) = connection;
        var stream = new CoalescingStream(
            network, component.Server.ReadBufferSize, component.Server.WriteBufferSize, _time, accepted: false);

        stream.AllowsCompression = deflate is not null;

        // KeepAliveSweep pings.
        var framing = WebSocket.CreateFromStream(
            stream, new WebSocketCreationOptions { KeepAliveInterval = Timeout.InfiniteTimeSpan, DangerousDeflateOptions = deflate });
        var socket = new WebSocketPeerSocket(framing, stream, tcp.Dispose, RemoteAddress.Of(tcp.RemoteEndPoint), secrets)
        {
            Compressor = deflate is null || !isBatching ? null
                : new FrameCompressor(component.Connection.CompressionLevel, isMasked: true),
            CompressesTexts = component.Client.Compression == ClientCompression.Always,
        };
        _keepAlive.Add(socket);
        _ = EndAsync(socket, stream, tcp);
        return new ConnectedPeer(socket, new PeerName(PeerIdentity.OfServer(url), Lasting: false)) { IsBatching = isBatching };
    }

    private async Task EndAsync(WebSocketPeerSocket socket, CoalescingStream stream, Socket tcp)
    {
        await socket.Completed;
        _keepAlive.Remove(socket);
        await socket.LingerAsync(_linger, _time);
        await stream.DisposeNetworkAsync();
        tcp.Dispose();
    }
}
