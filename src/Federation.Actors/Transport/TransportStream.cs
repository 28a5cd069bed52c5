using System.Buffers;
using System.IO.Pipelines;
using System.Runtime.CompilerServices;

namespace Federation.Actors.Transport;

/// <summary>A connection's pipes as a stream: what is written leaves at once, and reading into nothing waits for something to arrive.</summary>
/// <remarks>
/// One reader and one writer at the same time. After <see cref="Stream.Dispose()"/> neither touches the pipes, so whoever owns them may give
/// their memory back; it does not complete them.
/// </remarks>
internal sealed class TransportStream(IDuplexPipe transport) : Stream
{
    private readonly PipeReader _input = transport.Input;
    private readonly PipeWriter _output = transport.Output;

    // Held while bytes are copied: a pipe that is completed meanwhile would give them to another connection.
    private readonly Lock _copying = new();
    private bool _disposed;

    /// <inheritdoc />
    public override bool CanRead => true;

    /// <inheritdoc />
    public override bool CanWrite => true;

    /// <inheritdoc />
    public override bool CanSeek => false;

    /// <inheritdoc />
    public override long Length => throw new NotSupportedException();

    /// <inheritdoc />
    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    /// <inheritdoc />
    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        lock (_copying)
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            return _input.TryRead(out var result)
                ? new ValueTask<int>(Take(result, buffer.Span))
                : WaitAsync(buffer, cancellationToken);
        }
    }

    /// <inheritdoc />
    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    /// <inheritdoc />
    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    /// <inheritdoc />
    /// <remarks>Bytes for a connection that is gone are dropped: its reader finds out.</remarks>
    public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        lock (_copying)
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            return EndAsync(_output.WriteAsync(buffer, cancellationToken));
        }
    }

    /// <inheritdoc />
    public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        WriteAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    /// <inheritdoc />
    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    /// <summary>Does nothing: a write has left.</summary>
    public override Task FlushAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <inheritdoc />
    public override void Flush()
    {
    }

    /// <inheritdoc />
    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    /// <inheritdoc />
    public override void SetLength(long value) => throw new NotSupportedException();

    /// <inheritdoc />
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
        var result = await _input.ReadAsync(cancellationToken);
        lock (_copying)
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            return Take(result, buffer.Span);
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
