using System.Buffers;
using System.Runtime.CompilerServices;

namespace Federation.Actors.Sockets;

/// <summary>The write side of a <see cref="CoalescingStream"/>: many small writes, one write to the network.</summary>
/// <remarks>Thread-safe, because the WebSocket framing answers pings and closes on the reader's thread. Every call to <see
/// cref="WriteAsync"/> must pass whole frames, as System.Net.WebSockets does; frames of different callers may then follow in any order.
/// One write at a time is in progress on the inner stream. The buffer is rented at the first corked write and returned by the write that
/// sends it, whether it succeeds or not.</remarks>
internal sealed class CorkedWriter(Stream inner, int initialSize)
{
    /// <summary>Maximum number of corked bytes: as much as Kestrel takes without waiting (KestrelServerLimits.MaxResponseBufferSize).
    /// More would only use memory.</summary>
    private const int MaxHeldBytes = 64 * 1024;

    private readonly Lock _gate = new();
    private byte[] _held = [];
    private int _count;
    private bool _corked;
    private bool _writing;
    private int _writes;

    // Rarely does anyone have to wait for his turn, so it is made when someone does.
    private SemaphoreSlim? _turns;
    private int _waiting;

    /// <summary>Identifies the write in progress; 0: none. For any thread.</summary>
    public int CurrentWrite => Volatile.Read(ref _writing) ? Volatile.Read(ref _writes) : 0;

    public bool HasFailed { get; private set; }

    public void Cork()
    {
        lock (_gate)
        {
            _corked = true;
        }
    }

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

    /// <summary>Writes one frame past the cork unless another write is in progress. The reader notices failures.</summary>
    public void WriteIfIdle(ReadOnlyMemory<byte> frame)
    {
        lock (_gate)
        {
            if (_writing)
            {
                return;
            }

            Begin();
        }

        _ = WriteUnobservedAsync(frame);
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
            var larger = ArrayPool<byte>.Shared.Rent(Math.Max(needed, Math.Max(initialSize, _held.Length * 2)));
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
        if (!TryBegin(out var held, out var count))
        {
            await WaitForTurnAsync(cancellationToken);
            (held, count) = TakeHeld();
        }

        try
        {
            if (count > 0)
            {
                await inner.WriteAsync(held.AsMemory(0, count), cancellationToken);
            }

            if (!frames.IsEmpty)
            {
                await inner.WriteAsync(frames, cancellationToken);
            }

            await inner.FlushAsync(cancellationToken);
        }
        catch
        {
            HasFailed = true;
            throw;
        }
        finally
        {
            Return(held);
            EndTurn();
        }
    }

    /// <summary>Takes the turn and the held bytes, unless another write is in progress: the caller then waits.</summary>
    private bool TryBegin(out byte[] held, out int count)
    {
        lock (_gate)
        {
            if (_writing)
            {
                _turns ??= new SemaphoreSlim(0);
                _waiting++;
                (held, count) = ([], 0);
                return false;
            }

            Begin();
            (held, count) = TakeHeld();
            return true;
        }
    }

    private async ValueTask WaitForTurnAsync(CancellationToken cancellationToken)
    {
        try
        {
            await _turns!.WaitAsync(cancellationToken);
        }
        catch (OperationCanceledException)
        {
            Leave();
            throw;
        }
    }

    private void Leave()
    {
        lock (_gate)
        {
            if (!_turns!.Wait(0, CancellationToken.None))
            {
                _waiting--;
                return;
            }
        }

        EndTurn();
    }

    private (byte[] Held, int Count) TakeHeld()
    {
        lock (_gate)
        {
            var taken = (_held, _count);
            (_held, _count) = ([], 0);
            return taken;
        }
    }

    private void EndTurn()
    {
        lock (_gate)
        {
            if (_waiting == 0)
            {
                _writing = false;
                return;
            }

            _waiting--;
            Begin();
            _turns!.Release();
        }
    }

    private void Begin()
    {
        _writing = true;
        _writes = _writes == int.MaxValue ? 1 : _writes + 1;
    }

    private async Task WriteUnobservedAsync(ReadOnlyMemory<byte> frame)
    {
        try
        {
            await inner.WriteAsync(frame, CancellationToken.None);
            await inner.FlushAsync(CancellationToken.None);
        }
        catch (Exception failure) when (failure is IOException or OperationCanceledException or InvalidOperationException)
        {
            // A connection that cannot be written to is found by its reader, or by the silence that follows.
        }
        finally
        {
            EndTurn();
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
