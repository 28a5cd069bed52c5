using System.Net.WebSockets;
using Federation.Actors.Sockets;

namespace Federation.Actors.Tests.Sockets;

public sealed class KeepAliveSweepTests : IDisposable
{
    private readonly ManualTime _time = new();
    private readonly ScriptedStream _network = new();
    private readonly CoalescingStream _stream;
    private readonly WebSocketPeerSocket _socket;
    private bool _aborted;

    public KeepAliveSweepTests()
    {
        _stream = new CoalescingStream(_network, 4096, 4096, _time, accepted: true);
        var framing = WebSocket.CreateFromStream(_stream, new WebSocketCreationOptions { IsServer = true });
        _socket = new WebSocketPeerSocket(framing, _stream, () => _aborted = true, "test");
    }

    public void Dispose()
    {
        _stream.Dispose();
        _network.Dispose();
    }

    [Theory]
    [InlineData(10, 10)]
    [InlineData(15, 15)]
    [InlineData(1, 29)]
    [InlineData(29, 1)]
    public void A_silent_peer_is_pinged_within_the_interval_and_cut_within_interval_plus_timeout(int interval, int timeout)
    {
        using var sweep = Watch(interval, timeout);
        var reading = _socket.ReceiveAsync(Memory<byte>.Empty, CancellationToken.None);

        _time.Advance(TimeSpan.FromSeconds(interval));
        Assert.Equal([0x89, 0x00], Assert.Single(_network.Writes));
        Assert.False(_aborted);

        _time.Advance(TimeSpan.FromSeconds(timeout));
        Assert.True(_aborted);
        Assert.False(reading.IsCompletedSuccessfully);
    }

    [Fact]
    public void A_peer_has_its_whole_timeout_to_answer()
    {
        using var sweep = Watch(10, 10);
        _ = _socket.ReceiveAsync(Memory<byte>.Empty, CancellationToken.None).AsTask();
        while (_network.Writes.Count == 0)
        {
            _time.Advance(TimeSpan.FromMilliseconds(100));
        }

        _time.Advance(TimeSpan.FromSeconds(9.8));

        Assert.False(_aborted);
    }

    [Fact]
    public void Of_many_silent_peers_each_is_pinged_once_and_some_at_a_time()
    {
        using var sweep = Watch(10, 10);
        var networks = new List<ScriptedStream>();
        for (var i = 0; i < 300; i++)
        {
            var network = new ScriptedStream();
            var stream = new CoalescingStream(network, 4096, 4096, _time, accepted: true);
            var socket = new WebSocketPeerSocket(
                WebSocket.CreateFromStream(stream, new WebSocketCreationOptions { IsServer = true }), stream, static () => { }, "test");
            networks.Add(network);
            sweep.Add(socket);
            _ = socket.ReceiveAsync(Memory<byte>.Empty, CancellationToken.None).AsTask();
        }

        var pinged = new SortedSet<int>();
        for (var step = 0; step < 10_000; step++)
        {
            _time.Advance(TimeSpan.FromMilliseconds(1));
            pinged.Add(networks.Sum(static network => network.Writes.Count));
        }

        Assert.Equal([0, 128, 256, 300], pinged);
        Assert.All(networks, static network => Assert.Single(network.Writes));
    }

    [Fact]
    public void A_connection_that_nobody_reads_is_neither_pinged_nor_cut()
    {
        using var sweep = Watch(10, 10);

        _time.Advance(TimeSpan.FromHours(1));

        Assert.Empty(_network.Writes);
        Assert.False(_aborted);
    }

    [Fact]
    public void A_connection_that_is_no_longer_watched_is_left_alone()
    {
        using var sweep = Watch(10, 10);
        _ = _socket.ReceiveAsync(Memory<byte>.Empty, CancellationToken.None).AsTask();
        sweep.Remove(_socket);

        _time.Advance(TimeSpan.FromHours(1));

        Assert.False(_aborted);
    }

    private KeepAliveSweep Watch(int interval, int timeout)
    {
        var settings =
            new ConnectionSettings { KeepAliveInterval = TimeSpan.FromSeconds(interval), KeepAliveTimeout = TimeSpan.FromSeconds(timeout) };
        var sweep = new KeepAliveSweep(settings, _time);
        sweep.Add(_socket);
        return sweep;
    }
}
