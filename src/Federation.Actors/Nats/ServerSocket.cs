using System.Buffers;
using System.Net.Security;
using System.Net.Sockets;
using System.Runtime.CompilerServices;
using NATS.Client.Core;

namespace Federation.Actors.Nats;

/// <summary>The socket of one connection to NATS: what it receives is shown to a <see cref="ServerProtocolReader"/> before the client library has it.</summary>
/// <remarks>
/// <para>
/// It makes TLS of a plain connection itself, where the server asks for it in its INFO or the settings do: the library would put its own TLS
/// around the bare socket, and this would see ciphertext. A handshake that fails fails the first receive, which the library reports as the reason.
/// </para>
/// <para>One thread receives and one sends, as the library does.</para>
/// </remarks>
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

    /// <param name="inner">The library's socket, connected.</param>
    /// <param name="reader">Shown every byte in the clear; null: nobody is.</param>
    /// <param name="encrypt">Makes TLS of a socket on which the server has made this offer; null: goes on without.</param>
    public ServerSocket(INatsSocketConnection inner, ServerProtocolReader? reader, Func<Socket, ServerTlsOffer, ValueTask<SslStream?>> encrypt)
    {
        _inner = inner;
        _reader = reader;
        _encrypt = encrypt;

        // A WebSocket brings its TLS along.
        _isOpen = inner is not INatsTlsUpgradeableSocketConnection;
    }

    /// <inheritdoc />
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public async ValueTask<int> ReceiveAsync(Memory<byte> buffer)
    {
        var count = _isOpen && _info.IsEmpty
            ? await (_encrypted?.ReadAsync(buffer) ?? _inner.ReceiveAsync(buffer))
            : await ReceiveInfoAsync(buffer);
        _reader?.Read(buffer.Span[..count]);
        return count;
    }

    /// <inheritdoc />
    public ValueTask<int> SendAsync(ReadOnlyMemory<byte> buffer) => _encrypted is { } stream ? SendAsync(stream, buffer) : _inner.SendAsync(buffer);

    /// <inheritdoc />
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

    /// <summary>The first line, which a server sends by itself and waits after; nothing when the connection ends before.</summary>
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
