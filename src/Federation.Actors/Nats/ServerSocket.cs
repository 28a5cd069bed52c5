using System.Buffers;
using System.Net.Security;
using System.Net.Sockets;
using System.Runtime.CompilerServices;
using System.Text.Json;
using Federation.Actors.Security;
using NATS.Client.Core;

namespace Federation.Actors.Nats;

/// <summary>The socket of one connection to NATS; a <see cref="ServerProtocolReader"/> reads the bytes before the client
/// library.</summary>
/// <remarks>It does TLS itself, where the server's INFO or the settings require it: the library would put TLS around this socket, which
/// would see ciphertext. A failed handshake fails the first receive, and the library reports that reason. One thread receives and one
/// sends.</remarks>
internal sealed class ServerSocket : INatsSocketConnection
{
    /// <summary>An INFO that names many servers of a cluster has some kilobytes.</summary>
    private const int LongestInfo = 1024 * 1024;

    private readonly INatsSocketConnection _inner;
    private readonly ServerProtocolReader? _reader;
    private readonly Func<Socket, ServerTlsOffer, ValueTask<SslStream?>> _encrypt;
    private SslStream? _encrypted;
    private ReadOnlyMemory<byte> _info;
    private bool _isOpen;

    /// <param name="reader">Reads every decrypted byte, or null.</param>
    /// <param name="encrypt">Does TLS according to the server's offer; null: without TLS.</param>
    public ServerSocket(
        INatsSocketConnection inner, ServerProtocolReader? reader, Func<Socket, ServerTlsOffer, ValueTask<SslStream?>> encrypt)
    {
        _inner = inner;
        _reader = reader;
        _encrypt = encrypt;

        // A WebSocket brings its TLS along.
        _isOpen = inner is not INatsTlsUpgradeableSocketConnection;
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public async ValueTask<int> ReceiveAsync(Memory<byte> buffer)
    {
        var count = _isOpen && _info.IsEmpty
            ? await (_encrypted?.ReadAsync(buffer) ?? _inner.ReceiveAsync(buffer))
            : await ReceiveInfoAsync(buffer);
        _reader?.Read(buffer.Span[..count]);
        return count;
    }

    public ValueTask<int> SendAsync(ReadOnlyMemory<byte> buffer) =>
        _encrypted is { } stream ? SendAsync(stream, buffer) : _inner.SendAsync(buffer);

    public async ValueTask DisposeAsync()
    {
        if (_encrypted is { } stream)
        {
            await stream.DisposeAsync();
        }

        await _inner.DisposeAsync();
    }

    private static async ValueTask<int> SendAsync(SslStream stream, ReadOnlyMemory<byte> buffer)
    {
        await stream.WriteAsync(buffer);
        return buffer.Length;
    }

    private async ValueTask<int> ReceiveInfoAsync(Memory<byte> buffer)
    {
        if (!_isOpen)
        {
            _info = await ReadInfoAsync();
            _isOpen = true;
            if (_info.Length > 0)
            {
                _encrypted = await _encrypt(((INatsTlsUpgradeableSocketConnection)_inner).Socket, ServerTlsOffer.Read(_info.Span));
            }
        }

        var count = Math.Min(_info.Length, buffer.Length);
        _info[..count].CopyTo(buffer);
        _info = _info[count..];
        return count;
    }

    /// <summary>The first line, which a server sends at once and waits after; empty when the connection ends before.</summary>
    private async ValueTask<ReadOnlyMemory<byte>> ReadInfoAsync()
    {
        var read = new ArrayBufferWriter<byte>();
        while (!read.WrittenSpan.Contains((byte)'\n'))
        {
            var count = await _inner.ReceiveAsync(read.GetMemory(4096));
            if (count == 0 || read.WrittenCount > LongestInfo)
            {
                return default;
            }

            read.Advance(count);
        }

        return read.WrittenMemory;
    }
}

internal static class ServerSockets
{
    public static void Use(NatsConnection connection, NatsServers servers, Func<ServerProtocolReader>? reader)
    {
        var options = connection.Opts;
        (string Host, int Port) target = ("", 0);
        connection.OnConnectingAsync = next =>
        {
            target = next;
            return new ValueTask<(string, int)>(next);
        };
        connection.OnSocketAvailableAsync = socket =>
        {
            try
            {
                var (host, port) = target;
                return new ValueTask<INatsSocketConnection>(
                    new ServerSocket(socket, reader?.Invoke(), (bare, offer) => EncryptAsync(bare, offer, options, servers, host, port)));
            }
            catch (InvalidOperationException e)
            {
                return ValueTask.FromException<INatsSocketConnection>(e);
            }
        };
    }

    /// <summary>As the library does it: where the url or a file requires it, otherwise when the server offers it.</summary>
    private static async ValueTask<SslStream?> EncryptAsync(
        Socket socket, ServerTlsOffer offer, NatsOpts options, NatsServers servers, string host, int port)
    {
        var files = new TlsClientSettings
        {
            CaFile = options.TlsOpts.CaFile ?? "",
            CertFile = options.TlsOpts.CertFile ?? "",
            KeyFile = options.TlsOpts.KeyFile ?? "",
            InsecureSkipVerify = options.TlsOpts.InsecureSkipVerify,
        };
        if (!offer.IsAvailable && !offer.IsRequired)
        {
            return servers.AsksForTls(host, port) || files.CaFile.Length + files.CertFile.Length > 0
                ? throw new NatsException($"the server {host}:{port} does not offer TLS, which the settings require")
                : null;
        }

        var stream = new SslStream(new NetworkStream(socket, ownsSocket: false));
        string? fault = null;
        try
        {
            using var limit = new CancellationTokenSource(options.ConnectTimeout);
            await stream.AuthenticateAsClientAsync(
                ClientTls.Options(files, servers.TlsName(host, port), refused => fault = refused), limit.Token);
            return stream;
        }
        catch (Exception e)
        {
            await stream.DisposeAsync();
            throw fault is not null ? new NatsException(fault)
                : e is OperationCanceledException ? new NatsException(
                    $"the TLS handshake with {host}:{port} took longer than {options.ConnectTimeout.TotalSeconds:0.###} s") : e;
        }
    }
}

internal readonly record struct ServerTlsOffer(bool IsAvailable, bool IsRequired)
{
    /// <summary>Reads <c>INFO {...}</c>; any other line offers nothing, and the library reports it.</summary>
    public static ServerTlsOffer Read(ReadOnlySpan<byte> line)
    {
        if (!line.StartsWith("INFO "u8))
        {
            return default;
        }

        try
        {
            var reader = new Utf8JsonReader(line[5..]);
            using var info = JsonDocument.ParseValue(ref reader);
            return new ServerTlsOffer(Is(info, "tls_available"), Is(info, "tls_required"));
        }
        catch (JsonException)
        {
            return default;
        }
    }

    private static bool Is(JsonDocument info, string name) =>
        info.RootElement.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.True;
}
