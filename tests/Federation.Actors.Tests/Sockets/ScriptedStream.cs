using System.Threading.Channels;

namespace Federation.Actors.Tests.Sockets;

/// <summary>A network made of memory: reads give what was put in, in the same pieces; writes are recorded and may be held up.</summary>
internal sealed class ScriptedStream : Stream
{
    private readonly Channel<byte[]> _incoming = Channel.CreateUnbounded<byte[]>();
    private ReadOnlyMemory<byte> _piece;
    private int _writing;

    public List<byte[]> Writes { get; } = [];

    public List<int> ReadSizes { get; } = [];

    public bool Overlapped { get; private set; }

    public TaskCompletionSource? HoldWrites { get; set; }

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => throw new NotSupportedException();

    public override long Position { get; set; }

    public void Arrive(params byte[] bytes) => _incoming.Writer.TryWrite(bytes);

    public void End() => _incoming.Writer.Complete();

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        ReadSizes.Add(buffer.Length);
        if (_piece.IsEmpty)
        {
            if (!await _incoming.Reader.WaitToReadAsync(cancellationToken) || !_incoming.Reader.TryRead(out var piece))
            {
                return 0;
            }

            _piece = piece;
        }

        var count = Math.Min(buffer.Length, _piece.Length);
        _piece[..count].CopyTo(buffer);
        _piece = _piece[count..];
        return count;
    }

    public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        Overlapped |= Interlocked.Increment(ref _writing) != 1;
        if (HoldWrites is { } hold)
        {
            await hold.Task;
        }

        lock (Writes)
        {
            Writes.Add(buffer.ToArray());
        }

        Interlocked.Decrement(ref _writing);
    }

    public override Task FlushAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public override void Flush()
    {
    }

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
}
