using System.Buffers;
using System.IO.Pipelines;
using System.Runtime.CompilerServices;

namespace Federation.Actors.Sockets.Kestrel;

/// <summary>A connection's pipes as a stream: writes leave at once, and an empty read waits for bytes.</summary>
/// <remarks>After <see cref="Stream.Dispose()"/> no bytes are copied from or to the pipes, so that their owner may return the memory.
/// Does not complete the pipes.</remarks>
internal sealed class TransportStream(IDuplexPipe transport, TimeProvider time) : WatchedStream(time)
{
    private readonly PipeReader _input = transport.Input;
    private readonly PipeWriter _output = transport.Output;

    // Held while bytes are copied: a pipe that is completed meanwhile would give them to another connection.
    private readonly Lock _copying = new();
    private bool _disposed;

    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        // Also when there is something to read: there may be for as long as the other end sends.
        cancellationToken.ThrowIfCancellationRequested();
        BeginRead();
        var waits = false;
        try
        {
            lock (_copying)
            {
                ObjectDisposedException.ThrowIf(_disposed, this);
                if (_input.TryRead(out var result))
                {
                    return new ValueTask<int>(Take(result, buffer.Span));
                }

                waits = true;
                return WaitAsync(buffer, cancellationToken);
            }
        }
        finally
        {
            if (!waits)
            {
                EndRead();
            }
        }
    }

    /// <remarks>Bytes for a lost connection are dropped: its reader notices.</remarks>
    public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        lock (_copying)
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            return EndAsync(_output.WriteAsync(buffer, cancellationToken));
        }
    }

    public override void CancelRead()
    {
        lock (_copying)
        {
            if (!_disposed)
            {
                _input.CancelPendingRead();
            }
        }
    }

    protected override void Dispose(bool disposing)
    {
        lock (_copying)
        {
            _disposed = true;
        }

        base.Dispose(disposing);
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder))]
    private static async ValueTask EndAsync(ValueTask<FlushResult> written) => await written;

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<int> WaitAsync(Memory<byte> buffer, CancellationToken cancellationToken)
    {
        BeginWait();
        try
        {
            var result = await _input.ReadAsync(cancellationToken);
            lock (_copying)
            {
                ObjectDisposedException.ThrowIf(_disposed, this);
                return Take(result, buffer.Span);
            }
        }
        finally
        {
            EndRead();
        }
    }

    private int Take(in ReadResult result, Span<byte> destination)
    {
        var count = (int)Math.Min(result.Buffer.Length, destination.Length);
        var taken = result.Buffer.Slice(0, count);
        taken.CopyTo(destination);
        _input.AdvanceTo(taken.End);
        return result.IsCanceled ? throw new OperationCanceledException("The read was cancelled.") : count;
    }
}
