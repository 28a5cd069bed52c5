using System.Net.WebSockets;
using System.Text;
using Federation.Actors.Protocol;
using Federation.Actors.Sockets;

namespace Federation.Actors.Tests.Sockets;

public sealed class CoalescingStreamTests : IDisposable
{
    private static readonly byte[] Key = [1, 2, 3, 4];

    private readonly ScriptedStream _network = new();
    private readonly CoalescingStream _stream;

    public CoalescingStreamTests() => _stream = new CoalescingStream(_network, 4096, 4096, TimeProvider.System, accepted: true);

    public void Dispose()
    {
        _stream.Dispose();
        _network.Dispose();
    }

    [Fact]
    public async Task Several_frames_that_arrive_together_cost_one_read()
    {
        _network.Arrive([.. Frames.Frame(2, [1, 2], mask: Key), .. Frames.Frame(2, [3], mask: Key)]);
        var buffer = new byte[139];

        var counts = new List<int>();
        do
        {
            counts.Add(await _stream.ReadAsync(buffer));
        }
        while (_stream.HasBufferedBytes);

        Assert.Equal([6, 2, 6, 1], counts);
        Assert.Single(_network.ReadSizes);
    }

    [Fact]
    public async Task A_reader_with_an_empty_buffer_waits_with_an_empty_buffer_below_and_takes_nothing()
    {
        var wait = _stream.ReadAsync(Memory<byte>.Empty);
        Assert.False(wait.IsCompleted);
        Assert.NotEqual(0, _stream.WaitingSince);

        _network.Arrive(Frames.Frame(2, [1], mask: Key));

        Assert.Equal(0, await wait);
        Assert.Equal([0], _network.ReadSizes);
        Assert.Equal(0, _stream.WaitingSince);
        Assert.False(_stream.HasBufferedBytes);
    }

    [Fact]
    public async Task Reads_grow_while_they_come_back_full_and_shrink_again()
    {
        _network.Arrive(Frames.Frame(2, new byte[300_000], mask: Key));
        var buffer = new byte[300_000];
        for (var left = 300_014; left > 0;)
        {
            left -= await _stream.ReadAsync(buffer);
        }

        Assert.Equal([4096, 8192, 16384, 32768, 65536, 65536, 65536, 65536], _network.ReadSizes);

        _network.ReadSizes.Clear();
        for (var round = 0; round < 6; round++)
        {
            _network.Arrive(Frames.Frame(2, [], mask: Key));
            Assert.Equal(6, await _stream.ReadAsync(buffer));
        }

        Assert.Equal([65536, 32768, 16384, 8192, 4096, 4096], _network.ReadSizes);
    }

    [Fact]
    public async Task The_end_of_the_network_stream_is_the_end_of_this_one()
    {
        _network.End();

        Assert.Equal(0, await _stream.ReadAsync(new byte[10]));
        Assert.Equal(0, await _stream.ReadAsync(new byte[10]));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_frame_that_breaks_the_protocol_becomes_a_close_frame_and_then_the_end(bool byteByByte)
    {
        using var framing = Server();
        await using var socket = new WebSocketPeerSocket(framing, _stream, () => { }, "test");
        byte[] bytes = [
            .. Frames.Frame(1, "good"u8.ToArray(), mask: Key), .. Frames.Frame(3, [1], mask: Key), .. Frames.Frame(1, [1], mask: Key)];
        var buffer = new byte[100];
        var receiving = ReceiveAsync(socket, buffer, 1);
        if (byteByByte)
        {
            foreach (var value in bytes)
            {
                _network.Arrive(value);
            }
        }
        else
        {
            _network.Arrive(bytes);
        }

        await receiving;
        Assert.Equal("good"u8.ToArray(), buffer[..4]);
        Assert.Null(socket.Violation);
        Assert.Equal(WebSocketMessageType.Close, (await socket.ReceiveAsync(buffer, CancellationToken.None)).MessageType);
        Assert.Equal(new PumpViolation(WebSocketCloseStatus.ProtocolError, "the frame's opcode is reserved"), socket.Violation);
        Assert.False(socket.HasBufferedBytes);

        await socket.CloseAsync(WebSocketCloseStatus.ProtocolError, "no", CancellationToken.None);
        Assert.Equal(Frames.Frame(8, [0x03, 0xEA, .. "no"u8]), Assert.Single(_network.Writes));
    }

    [Fact]
    public async Task Data_that_cannot_be_decompressed_is_a_violation_and_the_close_frame_still_leaves()
    {
        _stream.AllowsCompression = true;
        using var framing = WebSocket.CreateFromStream(
            _stream, new WebSocketCreationOptions { IsServer = true,
                DangerousDeflateOptions = new WebSocketDeflateOptions { ClientContextTakeover = false } });
        await using var socket = new WebSocketPeerSocket(framing, _stream, () => { }, "test");
        _network.Arrive(Frames.Frame(0x41, [0xFF, 0xFF, 0xFF], mask: Key));

        await Assert.ThrowsAsync<WebSocketException>(() => ReceiveAsync(socket, new byte[100], 1));
        Assert.Equal(WebSocketCloseStatus.InvalidPayloadData, socket.Violation?.Status);

        await socket.CloseAsync(WebSocketCloseStatus.InvalidPayloadData, "no", CancellationToken.None);
        Assert.Equal(Frames.Frame(8, [0x03, 0xEF, .. "no"u8]), Assert.Single(_network.Writes));
    }

    [Fact]
    public async Task What_still_arrives_is_dropped_until_nothing_has_come_for_a_while()
    {
        var time = new ManualTime();
        await _stream.DisposeAsync();
        var dropping = _stream.DropIncomingAsync(TimeSpan.FromSeconds(3), TimeSpan.FromSeconds(1), time);

        time.Advance(TimeSpan.FromSeconds(0.9));
        _network.Arrive(1);
        time.Advance(TimeSpan.FromSeconds(0.9));
        Assert.False(dropping.IsCompleted);
        time.Advance(TimeSpan.FromSeconds(0.2));

        Assert.True(await dropping.WaitAsync(TimeSpan.FromSeconds(30)));
    }

    [Fact]
    public async Task What_still_arrives_is_dropped_when_when_the_last_read_has_ended()
    {
        var last = _stream.ReadAsync(Memory<byte>.Empty).AsTask();
        await _stream.DisposeAsync();
        var dropping = _stream.DropIncomingAsync(TimeSpan.FromSeconds(30), TimeSpan.FromSeconds(30), TimeProvider.System);
        Assert.Equal([0], _network.ReadSizes);

        _network.Arrive(1, 2, 3);
        await last;
        _network.Arrive(4);
        _network.End();
        await dropping.WaitAsync(TimeSpan.FromSeconds(30));

        Assert.Equal([0, 65536, 65536, 65536], _network.ReadSizes);
    }

    [Fact]
    public async Task A_read_that_never_ends_is_waited_for_no_longer_than_all_the_rest()
    {
        var time = new ManualTime();
        var last = _stream.ReadAsync(new byte[8]).AsTask();
        await _stream.DisposeAsync();
        var dropping = _stream.DropIncomingAsync(TimeSpan.FromSeconds(3), TimeSpan.FromSeconds(3), time);

        time.Advance(TimeSpan.FromSeconds(3));

        await dropping.WaitAsync(TimeSpan.FromSeconds(30));
        Assert.Equal([4096], _network.ReadSizes);
        _network.End();
        await last;
    }

    [Fact]
    public async Task Between_cork_and_uncork_many_writes_become_one()
    {
        _stream.Cork();
        for (byte value = 0; value < 100; value++)
        {
            await _stream.WriteAsync(new[] { value });
            await _stream.FlushAsync();
        }

        Assert.Empty(_network.Writes);
        await _stream.UncorkAsync();

        Assert.Equal(Enumerable.Range(0, 100).Select(value => (byte)value), Assert.Single(_network.Writes));
    }

    [Fact]
    public async Task An_uncorked_write_goes_out_at_once()
    {
        await _stream.WriteAsync(new byte[] { 1 });

        Assert.Equal([1], Assert.Single(_network.Writes));
    }

    [Fact]
    public async Task A_cork_does_not_hold_back_more_than_64_KiB()
    {
        _stream.Cork();
        await _stream.WriteAsync(new byte[60 * 1024]);
        await _stream.WriteAsync(new byte[10 * 1024]);

        Assert.Equal([60 * 1024, 10 * 1024], _network.Writes.Select(write => write.Length));

        await _stream.WriteAsync(new byte[100]);
        Assert.Equal(2, _network.Writes.Count);
        await _stream.UncorkAsync();
        Assert.Equal(100, _network.Writes[^1].Length);
    }

    [Fact]
    public async Task Writes_of_several_threads_never_overlap_and_lose_nothing()
    {
        _network.HoldWrites = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _stream.Cork();
        await _stream.WriteAsync(new byte[] { 1 });
        var uncork = _stream.UncorkAsync().AsTask();
        var others = Enumerable.Range(0, 8).Select(_ => Task.Run(() => _stream.WriteAsync(new byte[] { 2, 2 }).AsTask())).ToArray();

        _stream.WriteIfIdle(new byte[] { 9 });
        _network.HoldWrites.SetResult();
        await Task.WhenAll([uncork, .. others]).WaitAsync(TimeSpan.FromSeconds(30));

        Assert.False(_network.Overlapped);
        Assert.Equal(17, _network.Writes.Sum(write => write.Length));
        Assert.DoesNotContain(_network.Writes, write => write.Contains((byte)9));
    }

    [Fact]
    public async Task A_write_that_fails_fails_the_uncork_and_lets_the_next_one_try()
    {
        _network.HoldWrites = new TaskCompletionSource();
        _network.HoldWrites.SetException(new IOException("gone"));
        _stream.Cork();
        await _stream.WriteAsync(new byte[] { 1 });

        await Assert.ThrowsAsync<IOException>(() => _stream.UncorkAsync().AsTask());
        await Assert.ThrowsAsync<IOException>(() => _stream.WriteAsync(new byte[] { 1 }).AsTask());
    }

    [Fact]
    public async Task Messages_served_from_memory_allocate_nothing()
    {
        const int perRead = 400;
        var batch = Enumerable.Range(0, perRead).SelectMany(_ => Frames.Frame(1, new byte[150], mask: [1, 2, 3, 4])).ToArray();
        await using var socket = new WebSocketPeerSocket(Server(), _stream, () => { }, "test");
        var buffer = new byte[4096];
        for (var round = 0; round < 20; round++)
        {
            _network.Arrive(batch);
        }

        await ReceiveAsync(socket, buffer, perRead * 10);
        var before = GC.GetAllocatedBytesForCurrentThread();
        var receiving = ReceiveAsync(socket, buffer, perRead * 10);
        var allocated = GC.GetAllocatedBytesForCurrentThread() - before;

        Assert.True(receiving.IsCompletedSuccessfully);
        await receiving;

        // A debug build allocates the state of each async call, so something per network read; never anything per message.
        Assert.InRange(allocated, 0, perRead * 10);
    }

    [Fact]
    public async Task Answers_sent_together_are_text_frames_in_one_write()
    {
        await using var socket = new WebSocketPeerSocket(Server(), _stream, () => { }, "test");
        var answers = new OutboundBuffer(4096);
        for (var index = 0; index < 100; index++)
        {
            "answer"u8.CopyTo(answers.GetSpan(6));
            answers.Advance(6);
            answers.EndMessage();
        }

        await socket.SendAsync(answers, CancellationToken.None);

        var expected = Enumerable.Range(0, 100).SelectMany(_ => Frames.Frame(1, Encoding.UTF8.GetBytes("answer")));
        Assert.Equal(expected, Assert.Single(_network.Writes));
        answers.Release();
    }

    [Fact]
    public async Task A_long_close_reason_is_cut_to_what_a_close_frame_holds_between_two_characters()
    {
        await using var socket = new WebSocketPeerSocket(Server(), _stream, () => { }, "test");

        await socket.CloseAsync(WebSocketCloseStatus.PolicyViolation, new string('é', 100), CancellationToken.None);

        var expected = Encoding.UTF8.GetBytes(new string('é', 61));
        Assert.Equal(Frames.Frame(8, [0x03, 0xF0, .. expected]), Assert.Single(_network.Writes));
    }

    private static async Task ReceiveAsync(WebSocketPeerSocket socket, byte[] buffer, int messages)
    {
        for (var count = 0; count < messages; count++)
        {
            var result = await socket.ReceiveAsync(buffer, CancellationToken.None);
            if (!result.EndOfMessage)
            {
                count--;
            }
        }
    }

    private WebSocket Server() => WebSocket.CreateFromStream(_stream, new WebSocketCreationOptions { IsServer = true });
}
