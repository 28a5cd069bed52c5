using System.Net.WebSockets;
using Federation.Actors.Diagnostics;
using Federation.Actors.Protocol;
using Federation.Actors.Security;
using Federation.Actors.Sockets.Client;
using Federation.Actors.Sockets.Server;

namespace Federation.Actors.Host.Commands;

/// <summary>One connection to a node, from a peer's end.</summary>
/// <remarks>One caller may receive while others send.</remarks>
internal sealed class PeerLink : IDisposable
{
    /// <summary>Bytes: the largest setting of a node.</summary>
    public const int MaxMessageSize = 64 * 1024 * 1024;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    /// <summary>Silence before the node is pinged, and time for its pong.</summary>
    private static readonly TimeSpan KeepAlive = TimeSpan.FromSeconds(10);

    private const int Superseded = 4001;

    private readonly WebSocket _socket;
    private readonly PeerTarget _target;
    private readonly SentSecrets _secrets;
    private readonly SemaphoreSlim _sending = new(1, 1);
    private byte[] _buffer = new byte[16 * 1024];

    private PeerLink(WebSocket socket, PeerTarget target, SentSecrets secrets)
    {
        _socket = socket;
        _target = target;
        _secrets = secrets;
    }

    public static async Task<PeerLink> ConnectAsync(PeerTarget target, CancellationToken cancel)
    {
        var headers = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        if (target.Peer is { } peer)
        {
            headers.Add(FederationHeaders.HandshakePeer, peer);
        }

        if (target.Token is { } token)
        {
            headers.Add("Authorization", $"Bearer {token}");
        }

        var handshake = new ClientHandshake(target.Url, target.Tls, target.Proxy, headers, Clock.System);
        try
        {
            var connection = await handshake.OpenAsync(Patience, cancel);
            var socket = WebSocket.CreateFromStream(
                connection.Stream, new WebSocketCreationOptions { KeepAliveInterval = KeepAlive, KeepAliveTimeout = KeepAlive });
            return new PeerLink(socket, target, handshake.Secrets);
        }
        catch (DialFailedException e)
        {
            throw Refused(target, e);
        }
    }

    public async Task SendAsync(ReadOnlyMemory<byte> text, CancellationToken cancel)
    {
        await _sending.WaitAsync(cancel);
        try
        {
            await _socket.SendAsync(text, WebSocketMessageType.Text, endOfMessage: true, cancel);
        }
        catch (Exception e) when (e is WebSocketException or IOException or ObjectDisposedException or InvalidOperationException)
        {
            throw Lost(e);
        }
        finally
        {
            _sending.Release();
        }
    }

    /// <summary>The bytes are valid until the next call.</summary>
    /// <exception cref="PeerLinkException">The connection is lost or closed.</exception>
    public async Task<ReadOnlyMemory<byte>> ReceiveAsync(CancellationToken cancel)
    {
        var length = 0;
        try
        {
            while (true)
            {
                if (length == _buffer.Length)
                {
                    Array.Resize(ref _buffer, length * 2);
                }

                var part = await _socket.ReceiveAsync(_buffer.AsMemory(length), cancel);
                length += part.Count;
                if (part.MessageType == WebSocketMessageType.Close)
                {
                    throw Closed();
                }

                if (part.EndOfMessage)
                {
                    return _buffer.AsMemory(0, length);
                }

                if (length > MaxMessageSize)
                {
                    throw new PeerLinkException($"{_target.Display} sent a message of more than {MaxMessageSize} bytes", final: true);
                }
            }
        }
        catch (Exception e) when (e is WebSocketException or IOException or ObjectDisposedException or InvalidOperationException)
        {
            throw Lost(e);
        }
    }

    /// <summary>Answers a request with an error: this end has no methods. Has no effect for other envelopes.</summary>
    /// <exception cref="PeerLinkException">The connection is lost.</exception>
    public Task RefuseAsync(ReadOnlyMemory<byte> message, EnvelopeEntry envelope, CancellationToken cancel)
    {
        if (envelope.Type != EnvelopeType.Request || !envelope.HasId)
        {
            return Task.CompletedTask;
        }

        var output = new OutboundBuffer(256);
        EnvelopeWriter.WriteReply(
            output, message.Span.Slice(envelope.IdOffset, envelope.IdLength), Clock.System.UnixMilliseconds, ReplyPayload.Error(
                RequestErrors.NotSupported, "the federation program does not answer requests").Span);
        return SendAsync(output[0], cancel);
    }

    /// <summary>Never fails.</summary>
    public async Task CloseAsync()
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(1));
        try
        {
            await _socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, null, limit.Token);
        }
        catch (Exception e) when (
            e is WebSocketException or IOException or ObjectDisposedException or InvalidOperationException or OperationCanceledException)
        {
            // It is closed, then.
        }
    }
    public void Dispose()
    {
        _socket.Dispose();
        _sending.Dispose();
    }

    private static PeerLinkException Refused(PeerTarget target, DialFailedException failure)
    {
        var said = $"cannot connect to {target.Display}: {failure.Message}";
        return (int?)failure.Status switch
        {
            null when failure.IsLasting => new(said, final: true),
            null => new($"cannot reach {target.Display}: {failure.Message}; check that the node is running", final: false),
            400 => new($"{said}; try another name with --peer NAME", final: true),
            401 or 403 when target.TokenVariable is null =>
                new($"{said}; set the variable that holds a token with --token-env VAR", final: true),
            401 or 403 => new($"{said}; the token comes from the variable {target.TokenVariable}", final: true),
            404 or 426 => new($"{said}; the node does not accept peers on this path; it logs its addresses at startup", final: true),
            _ => new(said, failure.IsLasting) { RetryAfter = failure.RetryAfter },
        };
    }

    private PeerLinkException Closed()
    {
        var code = (int?)_socket.CloseStatus;
        var reason = _secrets.Clean(_socket.CloseStatusDescription);
        return code == Superseded
            ? new($"{_target.Display} closed the connection with 4001 ({reason}): a newer connection uses the same name; choose another "
                + "with --peer", final: true)
            : new($"{_target.Display} closed the connection with {code}{(reason.Length > 0 ? $" ({reason})" : "")}",
                final: code is (int)WebSocketCloseStatus.PolicyViolation or (int)WebSocketCloseStatus.MessageTooBig);
    }

    private PeerLinkException Lost(Exception error) =>
        _socket.CloseStatus is null
            ? new($"the connection to {_target.Display} was lost: {DialProblem.Describe(error).TrimEnd('.')}", final: false) : Closed();
}

/// <summary>There is no connection. The message has reason and remedy.</summary>
internal sealed class PeerLinkException(string message, bool final) : VerbFailedException(message, ExitCodes.Refused)
{
    /// <summary>True when a retry would fail in the same way.</summary>
    public bool IsFinal { get; } = final;

    /// <summary>The node's Retry-After, or null.</summary>
    public TimeSpan? RetryAfter { get; init; }
}
