using System.IO.Pipelines;
using Federation.Actors.Sockets.Kestrel;

namespace Federation.Actors.Tests.Sockets;

public sealed class TransportStreamTests : IDisposable
{
    private const int Segment = 4096;

    private readonly Pipe _incoming = new(new PipeOptions(minimumSegmentSize: Segment));
    private readonly Pipe _outgoing = new(new PipeOptions(pauseWriterThreshold: Segment, resumeWriterThreshold: 1));
    private readonly TransportStream _stream;

    public TransportStreamTests() => _stream = new TransportStream(new Duplex(_incoming.Reader, _outgoing.Writer), TimeProvider.System);

    public void Dispose() => _stream.Dispose();

    [Fact]
    public async Task What_stands_in_several_segments_is_read_byte_for_byte_whatever_the_size_of_the_reads()
    {
        var sent = Enumerable.Range(0, 5 * Segment).Select(static number => (byte)(number % 251)).ToArray();
        await _incoming.Writer.WriteAsync(sent);
        await _incoming.Writer.CompleteAsync();

        var received = new List<byte>();
        var buffer = new byte[Segment + 1000];
        while (await _stream.ReadAsync(buffer) is > 0 and var count)
        {
            received.AddRange(buffer.AsSpan(0, count));
        }

        Assert.Equal(sent, received);
    }

    [Fact]
    public async Task A_read_into_nothing_waits_until_something_has_arrived_and_takes_none_of_it()
    {
        var waiting = _stream.ReadAsync(Memory<byte>.Empty).AsTask();
        Assert.False(waiting.IsCompleted);

        await _incoming.Writer.WriteAsync(new byte[] { 1, 2, 3 });

        Assert.Equal(0, await waiting);
        var buffer = new byte[8];
        Assert.Equal(3, await _stream.ReadAsync(buffer));
        Assert.Equal([1, 2, 3], buffer[..3]);
    }

    [Fact]
    public async Task A_write_ends_when_the_other_side_has_room()
    {
        var writing = _stream.WriteAsync(new byte[2 * Segment]).AsTask();
        Assert.False(writing.IsCompleted);

        var read = await _outgoing.Reader.ReadAsync();
        Assert.Equal(2 * Segment, read.Buffer.Length);
        _outgoing.Reader.AdvanceTo(read.Buffer.End);

        await writing;
    }

    [Fact]
    public async Task After_it_is_disposed_it_touches_the_pipes_no_more()
    {
        var waiting = _stream.ReadAsync(new byte[8]).AsTask();
        await _stream.DisposeAsync();
        await _incoming.Writer.WriteAsync(new byte[] { 1 });

        await Assert.ThrowsAsync<ObjectDisposedException>(() => waiting);
        await Assert.ThrowsAsync<ObjectDisposedException>(() => _stream.ReadAsync(new byte[8]).AsTask());
        await Assert.ThrowsAsync<ObjectDisposedException>(() => _stream.WriteAsync(new byte[8]).AsTask());
    }

    private sealed record Duplex(PipeReader Input, PipeWriter Output) : IDuplexPipe;
}
