using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Net.WebSockets;
using System.Security.Cryptography;
using Federation.Actors.Settings;
using Federation.Actors.Telemetry;
using Federation.Actors.Wire;
using Microsoft.Extensions.Logging;

namespace Federation.Actors.Transport;

/// <summary>Dials WebSocket servers for one component.</summary>
/// <remarks>Thread-safe. Credentials and certificates are read afresh for each dial. Disposing cuts every connection that is still open.</remarks>
internal sealed class WebSocketDialer : IDisposable
{
    /// <summary>Time a server has to answer our close frame; as <see cref="PeerEndpoint"/> gives its peers.</summary>
    private readonly TimeSpan _linger = TimeSpan.FromSeconds(1);

    private readonly ComponentSettings _component;
    private readonly string _name;
    private readonly DialCredentials _credentials;
    private readonly KeepAliveSweep _keepAlive;
    private readonly TimeProvider _time;

    /// <param name="component">What to dial with.</param>
    /// <param name="name">The name that servers know us by.</param>
    /// <param name="loggers">Told when a file of secrets cannot be read.</param>
    /// <param name="environment">Reads a variable.</param>
    /// <param name="time">Clock of the handshake and the keep-alive.</param>
    public WebSocketDialer(
        ComponentSettings component, string name, ILoggerFactory loggers, Func<string, string?> environment, TimeProvider? time = null)
    {
        _component = component;
        _name = name;
        _time = time ?? Clock.System.Time;
        _credentials = new DialCredentials(component.Auth, environment, loggers.CreateLogger<WebSocketDialer>(), _time);
        _keepAlive = new KeepAliveSweep(component.Connection, _time, masked: true);
    }

    /// <summary>Opens a connection.</summary>
    /// <param name="url">The server.</param>
    /// <param name="cancel">Ends the attempt.</param>
    /// <exception cref="DialFailedException">There is no connection.</exception>
    public async Task<ConnectedPeer> DialAsync(Uri url, CancellationToken cancel)
    {
        using var limit = new CancellationTokenSource(_component.Client.HandshakeTimeout, _time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancel);
        Socket? tcp = null;
        UpgradeHandler? upgrade = null;
        var socket = new ClientWebSocket();
        try
        {
            using var network = Network(url, connected => tcp = connected);
            upgrade = new UpgradeHandler(network, stream => Wrap(stream));
            SetHeaders(socket.Options, url);
            using var invoker = new HttpMessageInvoker(upgrade, disposeHandler: false);
            await socket.ConnectAsync(url, invoker, both.Token);
            return Tend(socket, upgrade.Upgraded!, tcp!, url);
        }
        catch (Exception e) when (e is WebSocketException or HttpRequestException or OperationCanceledException or IOException
            or InvalidOperationException or ArgumentException)
        {
            socket.Dispose();
            tcp?.Dispose();
            throw Failure(e, upgrade?.Status, limit.IsCancellationRequested);
        }
    }

    /// <inheritdoc />
    public void Dispose() => _keepAlive.Dispose();

    private CoalescingStream Wrap(Stream network) =>
        new(network, _component.Server.ReadBufferSize, _component.Server.WriteBufferSize, _time, leaveInnerOpen: false);

    private void SetHeaders(ClientWebSocketOptions options, Uri url)
    {
        if (_component.Client.Tls.ServerName is { Length: > 0 } serverName)
        {
            // The handler asks for, and expects in the certificate, the host of this header.
            options.SetRequestHeader("Host", $"{serverName}:{url.Port}");
        }

        // KeepAliveSweep does this.
        options.KeepAliveInterval = Timeout.InfiniteTimeSpan;
        options.SetRequestHeader(PeerIdentity.Header, _name);
        if (_credentials.Header() is { } authorization)
        {
            options.SetRequestHeader("Authorization", authorization);
        }
    }

    private SocketsHttpHandler Network(Uri url, Action<Socket> connected)
    {
        var client = _component.Client;
        var handler = new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            UseCookies = false,
            ConnectCallback = async (context, cancel) =>
            {
                var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
                try
                {
                    await socket.ConnectAsync(context.DnsEndPoint, cancel);
                    TcpProbes.Enable(socket, _component.Connection);
                    connected(socket);
                    return new NetworkStream(socket, ownsSocket: true);
                }
                catch
                {
                    socket.Dispose();
                    throw;
                }
            },
        };
        if (client.Proxy.Length > 0)
        {
            handler.Proxy = new WebProxy(new Uri(client.Proxy));
        }

        if (string.Equals(url.Scheme, "wss", StringComparison.Ordinal))
        {
            handler.SslOptions = ReadTls(client.Tls, url.Host);
        }

        return handler;
    }

    private static SslClientAuthenticationOptions ReadTls(TlsClientSettings tls, string host)
    {
        try
        {
            return ClientTls.Options(tls, host);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or CryptographicException)
        {
            throw new DialFailedException($"a file of client.tls cannot be used: {e.Message}", ErrorTypes.DialFailed);
        }
    }

    private ConnectedPeer Tend(ClientWebSocket framing, CoalescingStream stream, Socket tcp, Uri url)
    {
        var socket = new WebSocketPeerSocket(framing, stream, tcp.Dispose, RemoteAddress.Of(tcp.RemoteEndPoint));
        _keepAlive.Add(socket);
        _ = EndAsync(socket, stream, tcp);
        return new ConnectedPeer(socket, new PeerName(PeerIdentity.OfServer(url), Lasting: false));
    }

    private async Task EndAsync(WebSocketPeerSocket socket, CoalescingStream stream, Socket tcp)
    {
        await socket.Completed;
        _keepAlive.Remove(socket);
        if (!socket.ClosedByBoth)
        {
            await stream.DropIncomingAsync(_linger, _time);
        }

        tcp.Dispose();
    }

    private DialFailedException Failure(Exception error, HttpStatusCode? status, bool late) => (status, late) switch
    {
        (HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden, _) => new DialFailedException(
            $"the server refuses us with {(int)status}; the credentials come from {_credentials.Origin}", ErrorTypes.AuthFailed),
        (HttpStatusCode.SwitchingProtocols or null, false) => new DialFailedException(DialProblem.Describe(error), ErrorTypes.DialFailed),
        (HttpStatusCode.SwitchingProtocols or null, true) => new DialFailedException(
            $"the handshake was not finished within {_component.Client.HandshakeTimeout.TotalSeconds:0.###} s", ErrorTypes.DialFailed),
        _ => new DialFailedException($"the server answers {(int)status} instead of 101", ErrorTypes.DialFailed),
    };
}
