using System.Buffers;
using System.Runtime.CompilerServices;

namespace Federation.Actors.Transport;

/// <summary>The write side of a <see cref="CoalescingStream"/>: many small writes, one write to the network.</summary>
/// <remarks>
/// Thread-safe, because the WebSocket framing answers pings and closes from whichever thread reads. Every call to
/// <see cref="WriteAsync"/> must bring whole frames, which System.Net.WebSockets does; frames of different callers may then follow each
/// other in any order. At most one write is in progress on the inner stream at any time. The buffer is rented at the first corked
/// write and returned by the write that takes it to the network, whether that succeeds or not.
/// </remarks>
internal sealed class CorkedWriter
{
    /// <summary>
    /// Bytes held back before they are written although the cork is in. As much as Kestrel takes without waiting for the network
    /// (KestrelServerLimits.MaxResponseBufferSize), so more would only cost memory.
    /// </summary>
    private const int MaxHeldBytes = 64 * 1024;

    private readonly Stream _inner;
    private readonly int _initialSize;
    private readonly Lock _gate = new();
    private readonly SemaphoreSlim _turn = new(1, 1);
    private byte[] _held = [];
    private int _count;
    private bool _corked;

    /// <param name="inner">Where the bytes go.</param>
    /// <param name="initialSize">Bytes rented at the first corked write.</param>
    public CorkedWriter(Stream inner, int initialSize)
    {
        _inner = inner;
        _initialSize = initialSize;
    }

    /// <summary>Holds writes back from now on.</summary>
    public void Cork()
    {
        lock (_gate)
        {
            _corked = true;
        }
    }

    /// <summary>Writes what was held back, and holds nothing back from now on.</summary>
    public ValueTask UncorkAsync(CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            _corked = false;
            if (_count == 0)
            {
                return default;
            }
        }

        return WriteThroughAsync(default, cancellationToken);
    }

    /// <summary>Holds the frames back while corked, otherwise writes and flushes them.</summary>
    public ValueTask WriteAsync(ReadOnlyMemory<byte> frames, CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            if (_corked && TryHold(frames.Span))
            {
                return default;
            }
        }

        return WriteThroughAsync(frames, cancellationToken);
    }

    /// <summary>Writes one frame past the cork unless another write is in progress. Failures are for the reader to find.</summary>
    public void WriteIfIdle(ReadOnlyMemory<byte> frame)
    {
        if (_turn.Wait(0, CancellationToken.None))
        {
            _ = WriteUnobservedAsync(frame);
        }
    }

    private bool TryHold(ReadOnlySpan<byte> frames)
    {
        var needed = _count + frames.Length;
        if (needed > MaxHeldBytes)
        {
            return false;
        }

        if (needed > _held.Length)
        {
            var larger = ArrayPool<byte>.Shared.Rent(Math.Max(needed, Math.Max(_initialSize, _held.Length * 2)));
            _held.AsSpan(0, _count).CopyTo(larger);
            Return(_held);
            _held = larger;
        }

        frames.CopyTo(_held.AsSpan(_count));
        _count = needed;
        return true;
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder))]
    private async ValueTask WriteThroughAsync(ReadOnlyMemory<byte> frames, CancellationToken cancellationToken)
    {
        await _turn.WaitAsync(cancellationToken);
        byte[] held;
        int count;
        lock (_gate)
        {
            (held, count) = (_held, _count);
            (_held, _count) = ([], 0);
        }

        try
        {
            if (count > 0)
            {
                await _inner.WriteAsync(held.AsMemory(0, count), cancellationToken);
            }

            if (!frames.IsEmpty)
            {
                await _inner.WriteAsync(frames, cancellationToken);
            }

            await _inner.FlushAsync(cancellationToken);
        }
        finally
        {
            Return(held);
            _turn.Release();
        }
    }

    private async Task WriteUnobservedAsync(ReadOnlyMemory<byte> frame)
    {
        try
        {
            await _inner.WriteAsync(frame, CancellationToken.None);
            await _inner.FlushAsync(CancellationToken.None);
        }
        catch (Exception failure) when (failure is IOException or OperationCanceledException or InvalidOperationException)
        {
            // A connection that cannot be written to is found by its reader, or by the silence that follows.
        }
        finally
        {
            _turn.Release();
        }
    }

    private static void Return(byte[] buffer)
    {
        if (buffer.Length > 0)
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }
}
