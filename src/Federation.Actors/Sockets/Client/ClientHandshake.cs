using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Net.WebSockets;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using Federation.Actors.Diagnostics;
using Federation.Actors.Security;

namespace Federation.Actors.Sockets.Client;

/// <summary>One attempt to open a WebSocket: addresses, proxy, TLS and HTTP of the platform, and the opening handshake.</summary>
/// <remarks><para>ClientWebSocket is not used: it refuses a <c>Connection</c> header with tokens beside <c>Upgrade</c>, and accepts an
/// extension that was not offered.</para>
/// <para>An attempt is one request, and redirects are not followed. <see cref="SocketsHttpHandler"/> would repeat the request on up to
/// three more connections when a server closes without an answer. A proxy with credentials may get two requests, since the handler sends
/// them when asked.</para></remarks>
internal sealed class ClientHandshake(
    Uri url, TlsClientSettings tls, string proxy, IReadOnlyDictionary<string, string> headers, Clock clock)
{
    /// <summary>Maximum size of an answer's head. That of a federation node has 200 bytes.</summary>
    private const int MaxHeadKilobytes = 16;

    private Socket? _tcp;
    private string? _remote;
    private DnsEndPoint? _target;
    private IReadOnlyList<IPAddress> _addresses = [];
    private string? _connectFault;
    private string? _certificateFault;
    private int _connections;
    private bool _isFar;
    private bool _compresses;

    public Func<string, CancellationToken, Task<IPAddress[]>> Resolve { get; init; } = Dns.GetHostAddressesAsync;

    public Action<Socket> Prepare { get; init; } = static _ => { };

    /// <summary>The subprotocol that is offered; null: none.</summary>
    public string? Subprotocol { get; init; }

    /// <summary>permessage-deflate is offered if connecting takes this time or more; negative: never.</summary>
    public TimeSpan CompressesFrom { get; init; } = Timeout.InfiniteTimeSpan;

    /// <summary>The secrets sent to the server.</summary>
    public SentSecrets Secrets { get; } = new(url, headers.GetValueOrDefault("Authorization"));

    public async Task<UpgradedConnection> OpenAsync(TimeSpan limit, CancellationToken cancel)
    {
        using var late = new CancellationTokenSource(limit, clock.Time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(late.Token, cancel);
        try
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, url);
            using var handler = Handler(request, both.Token);
            using var invoker = new HttpMessageInvoker(handler, disposeHandler: false);
            var key = HandshakeAnswer.Ask(request, Subprotocol);
            foreach (var (name, value) in headers)
            {
                request.Headers.TryAddWithoutValidation(name, value);
            }

            var response = await invoker.SendAsync(request, both.Token);
            if (response.StatusCode != HttpStatusCode.SwitchingProtocols)
            {
                throw await HandshakeRefusal.OfAsync(response, url, Secrets, clock, both.Token);
            }

            if (HandshakeAnswer.Fault(response, key, Subprotocol, _compresses) is { } fault)
            {
                throw new DialFailedException($"the server's answer 101 violates the WebSocket handshake: {Secrets.Clean(fault)}",
                    ErrorTypes.DialFailed) { IsLasting = true };
            }

            return new UpgradedConnection(
                await response.Content.ReadAsStreamAsync(both.Token), _tcp!, HandshakeAnswer.HasChosen(response, Subprotocol),
                DeflateOffer.Agreed(HandshakeAnswer.Extension(response)));
        }
        catch (Exception e)
        {
            // What is still being connected must not outlive the attempt.
            await both.CancelAsync();
            _tcp?.Dispose();
            cancel.ThrowIfCancellationRequested();
            throw e as DialFailedException ?? Failure(e, late.IsCancellationRequested ? limit : null);
        }
    }

    private SocketsHttpHandler Handler(HttpRequestMessage request, CancellationToken attempt)
    {
        var handler = new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            UseCookies = false,
            ActivityHeadersPropagator = null,
            MaxResponseHeadersLength = MaxHeadKilobytes,
            MaxResponseDrainSize = 0,
        };
        if (proxy.Length > 0)
        {
            handler.Proxy = new WebProxy(new Uri(proxy));
        }

        if (string.Equals(url.Scheme, Uri.UriSchemeWss, StringComparison.Ordinal))
        {
            handler.SslOptions = ReadTls();
        }

        var mayTwice = (handler.Proxy ?? HttpClient.DefaultProxy) is { Credentials: not null } known && !known.IsBypassed(url);
        handler.ConnectCallback = async (context, cancel) =>
        {
            var tcp = await ConnectAsync(context.DnsEndPoint, mayTwice ? 2 : 1, attempt, cancel);

            // Headers are sent after this, and a second connection, to a proxy, has the same ones.
            if (_isFar && !_compresses)
            {
                _compresses = true;
                HandshakeAnswer.OfferCompression(request);
            }

            return new NetworkStream(tcp, ownsSocket: true);
        };
        return handler;
    }

    private SslClientAuthenticationOptions ReadTls()
    {
        try
        {
            return ClientTls.Options(tls, url.IdnHost, fault => _certificateFault = fault, clock);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or CryptographicException)
        {
            throw new DialFailedException($"a file of client.tls cannot be used: {e.Message}", ErrorTypes.DialFailed);
        }
    }

    private async Task<Socket> ConnectAsync(DnsEndPoint target, int most, CancellationToken attempt, CancellationToken cancel)
    {
        if (++_connections > most)
        {
            throw new IOException($"{Whom(target)} closed the connection without an answer");
        }

        _target = target;
        using var both = CancellationTokenSource.CreateLinkedTokenSource(attempt, cancel);
        _addresses = AddressRace.Order(await FindAsync(target.Host, both.Token));
        try
        {
            var tcp = await AddressRace.RunAsync(
                _addresses, (address, lost) => ConnectAsync(new IPEndPoint(address, target.Port), lost), clock.Time, both.Token);
            _tcp = tcp;
            _remote = RemoteAddress.Of(tcp.RemoteEndPoint);
            Prepare(tcp);
            return tcp;
        }
        catch (AggregateException e)
        {
            var reasons = string.Join("; ", e.InnerExceptions.Select(static reason => reason.Message));
            _connectFault = IsProxy(target) ? $"the proxy {target.Host}:{target.Port} cannot be reached: {reasons}" : reasons;
            throw;
        }
    }

    private async Task<IPAddress[]> FindAsync(string host, CancellationToken cancel)
    {
        if (IPAddress.TryParse(host, out var address))
        {
            return [address];
        }

        try
        {
            return await Resolve(host, cancel) is { Length: > 0 } found ? found : throw new IOException($"the name {host} has no address");
        }
        catch (SocketException e)
        {
            _connectFault = $"the name {host} cannot be resolved: {e.Message}";
            throw;
        }
    }

    private async Task<Socket> ConnectAsync(IPEndPoint end, CancellationToken cancel)
    {
        var socket = new Socket(end.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            var start = clock.Elapsed;
            await socket.ConnectAsync(end, cancel);
            _isFar = CompressesFrom >= TimeSpan.Zero && (RoundTrip(socket) ?? (clock.Elapsed - start)) >= CompressesFrom;
            return socket;
        }
        catch (SocketException e)
        {
            socket.Dispose();
            throw new IOException($"{e.Message} ({RemoteAddress.Of(end)})", e);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    /// <summary>As the kernel has measured it while connecting, which a busy process does not lengthen; null: unknown.</summary>
    private static TimeSpan? RoundTrip(Socket socket)
    {
        const int Tcp = 6, TcpInfo = 11, RttOffset = 68;
        if (!OperatingSystem.IsLinux())
        {
            return null;
        }

        Span<byte> info = stackalloc byte[RttOffset + sizeof(uint)];
        try
        {
            return socket.GetRawSocketOption(Tcp, TcpInfo, info) == info.Length
                ? TimeSpan.FromMicroseconds(MemoryMarshal.Read<uint>(info[RttOffset..])) : null;
        }
        catch (SocketException)
        {
            return null;
        }
    }

    private bool IsProxy(DnsEndPoint target) =>
        target.Port != url.Port || !string.Equals(target.Host, url.IdnHost, StringComparison.OrdinalIgnoreCase);

    private string Whom(DnsEndPoint target) => IsProxy(target) ? $"the proxy {target.Host}:{target.Port}" : "the server";

    private DialFailedException Failure(Exception error, TimeSpan? limit)
    {
        if (_certificateFault is { } fault)
        {
            return new DialFailedException(fault, ErrorTypes.DialFailed) { IsLasting = true };
        }

        if (_connectFault is { } unreachable)
        {
            return new DialFailedException(unreachable, ErrorTypes.DialFailed);
        }

        if (limit is { } time)
        {
            return new DialFailedException($"{Late()} within {time.TotalSeconds:0.###} s", ErrorTypes.DialFailed);
        }

        if (error is HttpRequestException { HttpRequestError: HttpRequestError.ProxyTunnelError, StatusCode: { } status }
            && _target is { } asked)
        {
            using var answer = new HttpResponseMessage(status);
            var remedy = status == HttpStatusCode.ProxyAuthenticationRequired
                ? "; its credentials are taken from the url in HTTP_PROXY, HTTPS_PROXY or ALL_PROXY" : "";
            return new DialFailedException($"{Whom(asked)} answers {(int)status} {answer.ReasonPhrase}{remedy}", ErrorTypes.DialFailed);
        }

        return new DialFailedException(SafeText.Of(DialProblem.Describe(error)), ErrorTypes.DialFailed);
    }

    private string Late() => _remote is { } remote ? $"{Whom(_target!)} at {remote} did not finish the handshake"
        : _addresses.Count > 0
            ? $"no connection to {string.Join(", ", _addresses.Select(address => RemoteAddress.Of(address, _target!.Port)))}"
        : $"the name {url.IdnHost} was not resolved";
}

/// <summary>A connection on which a server has agreed to speak WebSocket.</summary>
/// <param name="HasSubprotocol">Whether it has chosen the subprotocol that was offered.</param>
/// <param name="Deflate">What it has agreed to of permessage-deflate; null: no compression.</param>
internal sealed record UpgradedConnection(Stream Stream, Socket Tcp, bool HasSubprotocol, WebSocketDeflateOptions? Deflate);
