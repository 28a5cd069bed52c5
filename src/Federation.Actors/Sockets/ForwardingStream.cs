using System.Runtime.CompilerServices;

namespace Federation.Actors.Sockets;

/// <summary>Any stream as a network.</summary>
/// <param name="inner">The stream; disposed when this is.</param>
/// <param name="time">Clock of <see cref="WatchedStream.WaitingSince"/>.</param>
internal sealed class ForwardingStream(Stream inner, TimeProvider time) : WatchedStream(time)
{
    private readonly CancellationTokenSource _cancelRead = new();

    /// <inheritdoc />
    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        BeginRead();
        ValueTask<int> read;
        try
        {
            read = inner.ReadAsync(buffer, cancellationToken.CanBeCanceled ? cancellationToken : _cancelRead.Token);
        }
        catch
        {
            EndRead();
            throw;
        }

        if (!read.IsCompleted)
        {
            return WaitAsync(read);
        }

        EndRead();
        return read;
    }

    /// <inheritdoc />
    public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default) => inner.WriteAsync(buffer, cancellationToken);

    /// <inheritdoc />
    public override Task FlushAsync(CancellationToken cancellationToken) => inner.FlushAsync(cancellationToken);

    /// <inheritdoc />
    public override void CancelRead() => _ = _cancelRead.CancelAsync();

    /// <inheritdoc />
    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            inner.Dispose();
        }

        base.Dispose(disposing);
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<int> WaitAsync(ValueTask<int> read)
    {
        BeginWait();
        try
        {
            return await read;
        }
        finally
        {
            EndRead();
        }
    }
}
