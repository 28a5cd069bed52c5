using System.Buffers;
using System.Diagnostics.CodeAnalysis;

namespace Federation.Actors.Transport;

/// <summary>Stands between the stock WebSocket framing and the network, and makes few large reads and writes of its many small ones.</summary>
/// <remarks>
/// <para>The framing reads a header, then a payload, for each message. Here one read takes what the network has, up to
/// <see cref="LargestRead"/>, and the framing is served from memory without waiting. While the network is silent no buffer is held: an empty read
/// waits for the first byte.</para>
/// <para>Between <see cref="Cork"/> and <see cref="UncorkAsync"/> writes are collected and leave as one. Pings, pongs and close frames, which the
/// framing may write at any time from any thread, join what is being collected or follow what is being written; two writes are never
/// under way at the same time.</para>
/// <para>One reader; any number of writers.</para>
/// </remarks>
internal sealed class CoalescingStream : Stream
{
    /// <summary>Bytes of one read or one collected write at most: one slab of the pump.</summary>
    internal const int LargestRead = 64 * 1024;

    private readonly Stream _inner;
    private readonly FrameRelabeler _relabeler = new();
    private readonly Lock _writes = new();
    private int _readSize;
    private byte[] _read = [];
    private int _readStart;
    private int _readEnd;
    private byte[] _collected = [];
    private int _collectedLength;
    private bool _corked;
    private bool _writing;

    /// <param name="inner">The network; owned from now on.</param>
    /// <param name="firstRead">Bytes of the first read; later ones double while reads are full.</param>
    public CoalescingStream(Stream inner, int firstRead)
    {
        _inner = inner;
        _readSize = Math.Min(firstRead, LargestRead);
    }

    /// <summary>True when the next read is served from memory.</summary>
    public bool HasBufferedBytes => _readStart < _readEnd;

    /// <inheritdoc />
    public override bool CanRead => true;

    /// <inheritdoc />
    public override bool CanSeek => false;

    /// <inheritdoc />
    public override bool CanWrite => true;

    /// <inheritdoc />
    public override long Length => throw new NotSupportedException();

    /// <inheritdoc />
    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    /// <summary>From now on writes are collected.</summary>
    public void Cork()
    {
        lock (_writes)
        {
            _corked = true;
        }
    }

    /// <summary>Writes what has been collected; from now on writes go through.</summary>
    public ValueTask UncorkAsync()
    {
        lock (_writes)
        {
            _corked = false;
            if (_writing || _collectedLength == 0)
            {
                return ValueTask.CompletedTask;
            }

            _writing = true;
        }

        return WriteCollectedAsync();
    }

    /// <inheritdoc />
    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (HasBufferedBytes)
        {
            return ValueTask.FromResult(Serve(buffer.Span));
        }

        return buffer.IsEmpty ? _inner.ReadAsync(buffer, cancellationToken) : FillAsync(buffer, cancellationToken);
    }

    /// <inheritdoc />
    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    /// <inheritdoc />
    public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        lock (_writes)
        {
            Collect(buffer.Span);
            if (_writing || (_corked && _collectedLength < LargestRead))
            {
                return ValueTask.CompletedTask;
            }

            _writing = true;
        }

        return WriteCollectedAsync();
    }

    /// <inheritdoc />
    public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        WriteAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    /// <inheritdoc />
    public override Task FlushAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <inheritdoc />
    public override void Flush()
    {
    }

    /// <inheritdoc />
    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException("reads are asynchronous");

    /// <inheritdoc />
    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException("writes are asynchronous");

    /// <inheritdoc />
    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    /// <inheritdoc />
    public override void SetLength(long value) => throw new NotSupportedException();

    /// <inheritdoc />
    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            // The buffers are left to the collector: a read or write under way may still be using them.
            _inner.Dispose();
        }

        base.Dispose(disposing);
    }

    [SuppressMessage("Reliability", "CA2022", Justification = "An empty read brings no bytes; it waits for some.")]
    private async ValueTask<int> FillAsync(Memory<byte> buffer, CancellationToken cancellationToken)
    {
        _ = await _inner.ReadAsync(Memory<byte>.Empty, cancellationToken);
        _read = ArrayPool<byte>.Shared.Rent(_readSize);
        _readStart = 0;
        _readEnd = 0;
        var count = await _inner.ReadAsync(_read.AsMemory(0, Math.Min(_read.Length, LargestRead)), cancellationToken);
        if (count == _read.Length)
        {
            _readSize = Math.Min(_readSize * 2, LargestRead);
        }

        _readEnd = count;
        _relabeler.Process(_read.AsSpan(0, count));
        return Serve(buffer.Span);
    }

    private int Serve(Span<byte> destination)
    {
        var count = Math.Min(destination.Length, _readEnd - _readStart);
        _read.AsSpan(_readStart, count).CopyTo(destination);
        _readStart += count;
        if (_readStart == _readEnd)
        {
            ArrayPool<byte>.Shared.Return(_read);
            _read = [];
            _readStart = 0;
            _readEnd = 0;
        }

        return count;
    }

    private void Collect(ReadOnlySpan<byte> bytes)
    {
        if (_collected.Length - _collectedLength < bytes.Length)
        {
            var larger = ArrayPool<byte>.Shared.Rent(Math.Max(_collectedLength + bytes.Length, _collected.Length * 2));
            _collected.AsSpan(0, _collectedLength).CopyTo(larger);
            if (_collected.Length > 0)
            {
                ArrayPool<byte>.Shared.Return(_collected);
            }

            _collected = larger;
        }

        bytes.CopyTo(_collected.AsSpan(_collectedLength));
        _collectedLength += bytes.Length;
    }

    /// <summary>Writes until nothing is collected; the caller has set <see cref="_writing"/>.</summary>
    private async ValueTask WriteCollectedAsync()
    {
        while (true)
        {
            byte[] bytes;
            int length;
            lock (_writes)
            {
                if (_collectedLength == 0)
                {
                    _writing = false;
                    return;
                }

                (bytes, length) = (_collected, _collectedLength);
                (_collected, _collectedLength) = ([], 0);
            }

            // A write that fails leaves the stream marked as writing: nothing more can go out on this connection.
            await _inner.WriteAsync(bytes.AsMemory(0, length), CancellationToken.None);
            await _inner.FlushAsync(CancellationToken.None);
            ArrayPool<byte>.Shared.Return(bytes);
        }
    }
}
