using System.Diagnostics;
using System.Net.WebSockets;
using System.Text;
using Federation.Actors.IntegrationTests.Support;

namespace Federation.Actors.IntegrationTests.Transport;

public abstract class SilentPeerTests(bool lean) : ListenerTests(lean)
{
    public sealed class Lean() : SilentPeerTests(lean: true);

    public sealed class Plain() : SilentPeerTests(lean: false);

    private readonly ConnectionSettings _impatient = new()
    {
        KeepAliveInterval = TimeSpan.FromMilliseconds(200),
        KeepAliveTimeout = TimeSpan.FromMilliseconds(200),
    };

    [Theory]
    [InlineData("")]
    [InlineData("GET /ingest HTTP/1.1\r\nHost: a\r\nUpgr")]
    public async Task A_handshake_that_is_never_finished_is_cut(string beginning)
    {
        await using var node = await StartAsync(
            new ServerSettings { Host = "127.0.0.1", HandshakeTimeout = TimeSpan.FromMilliseconds(200) });
        using var peer = await RawPeer.OpenAsync(node.Port);
        await peer.SendAsync(Encoding.ASCII.GetBytes(beginning));

        var answer = Encoding.ASCII.GetString(await peer.ReadToEndAsync());

        Assert.DoesNotContain(" 101 ", answer, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_handshake_sent_byte_by_byte_is_cut()
    {
        await using var node = await StartAsync(
            new ServerSettings { Host = "127.0.0.1", HandshakeTimeout = TimeSpan.FromMilliseconds(200) });
        using var peer = await RawPeer.OpenAsync(node.Port);
        var end = peer.ReadToEndAsync();
        using var tick = new PeriodicTimer(TimeSpan.FromMilliseconds(100));
        await peer.SendAsync("GET /ingest HTTP/1.1\r\nX: "u8.ToArray());
        try
        {
            for (var bytes = 0; !end.IsCompleted && bytes < 200; bytes++)
            {
                await tick.WaitForNextTickAsync();
                await peer.SendAsync([(byte)'x']);
            }
        }
        catch (IOException)
        {
            // Cut while sending.
        }

        await end.WaitAsync(TimeSpan.FromSeconds(1));
    }

    [Fact]
    public async Task A_peer_that_answers_no_ping_is_gone_within_the_interval_and_the_timeout()
    {
        await using var node = await StartAsync(connection: _impatient);
        using var peer = await RawPeer.SendHandshakeAsync(node.Port);
        await peer.ReadHeadAsync();
        var since = Stopwatch.StartNew();
        await using var socket = (await node.AcceptedAsync()).Socket;

        var failure = await Record.ExceptionAsync(
            () => socket.ReceiveAsync(Memory<byte>.Empty, CancellationToken.None).AsTask().WaitAsync(Patience.Long));

        Assert.True(failure is WebSocketException or OperationCanceledException, failure?.ToString());
        Assert.InRange(since.ElapsedMilliseconds, 300, 5_000);
        Assert.Equal("it did not answer a ping within 0.2 s", socket.AbortReason);
        Assert.Equal([0x89, 0x00], await peer.ReadToEndAsync());
        await socket.DisposeAsync();
        await Patience.UntilAsync(() => node.Endpoint.OpenConnections == 0, "the place given back");
    }

    [Fact]
    public async Task A_peer_that_pings_without_end_and_never_reads_is_cut()
    {
        await using var node = await StartAsync(connection: _impatient);
        using var peer = await RawPeer.SendHandshakeAsync(node.Port);
        await peer.ReadHeadAsync();
        await using var socket = (await node.AcceptedAsync()).Socket;
        var reading = socket.ReceiveAsync(Memory<byte>.Empty, CancellationToken.None).AsTask();
        byte[] pings = [.. Enumerable.Repeat(RawPeer.Frame(0x89, new byte[125]), 1000).SelectMany(static ping => ping)];
        var sending = Task.Run(async () =>
        {
            while (true)
            {
                await peer.SendAsync(pings);
            }
        });

        var failure = await Record.ExceptionAsync(() => reading.WaitAsync(Patience.Long));

        Assert.True(failure is WebSocketException or OperationCanceledException, failure?.ToString());
        await Assert.ThrowsAnyAsync<Exception>(() => sending);
    }

    [Theory]
    [InlineData("8190000000007B")]
    [InlineData("0181000000007B")]
    [InlineData("82")]
    public async Task A_message_that_does_not_go_on_is_a_violation_when_its_time_is_up(string hex)
    {
        await using var node = await StartAsync(connection: new ConnectionSettings { MessageTimeout = TimeSpan.FromMilliseconds(300),
            KeepAliveInterval = TimeSpan.FromSeconds(1) });
        using var peer = await RawPeer.SendHandshakeAsync(node.Port);
        await peer.ReadHeadAsync();
        var socket = (await node.AcceptedAsync()).Socket;
        await peer.SendAsync(Convert.FromHexString(hex));
        var buffer = new byte[100];
        try
        {
            for (var part = default(ValueWebSocketReceiveResult); part.MessageType != WebSocketMessageType.Close;)
            {
                part = await socket.ReceiveAsync(buffer, CancellationToken.None).AsTask().WaitAsync(Patience.Long);
            }
        }
        catch (WebSocketException)
        {
            // Where the time was up inside a frame.
        }

        Assert.Equal(WebSocketCloseStatus.PolicyViolation, socket.Violation?.Status);
        await socket.CloseAsync(WebSocketCloseStatus.PolicyViolation, "late", CancellationToken.None);
        await socket.DisposeAsync();
        Assert.Equal([0x88, 0x06, 0x03, 0xF0, .. "late"u8], await peer.ReadToEndAsync());
    }

    [Fact]
    public async Task A_silent_peer_that_answers_pings_stays()
    {
        await using var node = await StartAsync(connection: _impatient);
        using var peer = await RawPeer.SendHandshakeAsync(node.Port);
        await peer.ReadHeadAsync();
        await using var socket = (await node.AcceptedAsync()).Socket;
        var reading = socket.ReceiveAsync(Memory<byte>.Empty, CancellationToken.None).AsTask();

        for (var pings = 0; pings < 5; pings++)
        {
            Assert.Equal([0x89, 0x00], await peer.ReadAsync(2));
            await peer.SendFrameAsync(0x8A, []);
        }

        Assert.False(reading.IsCompleted);
    }

    [Fact]
    public async Task A_peer_that_sends_messages_but_no_pongs_stays()
    {
        await using var node = await StartAsync(connection: _impatient);
        using var peer = await RawPeer.SendHandshakeAsync(node.Port);
        await peer.ReadHeadAsync();
        await using var socket = (await node.AcceptedAsync()).Socket;
        var buffer = new byte[100];

        for (var pings = 0; pings < 5; pings++)
        {
            var reading = socket.ReceiveAsync(buffer, CancellationToken.None).AsTask();
            Assert.Equal([0x89, 0x00], await peer.ReadAsync(2));
            await peer.SendFrameAsync(0x81, "{}"u8.ToArray());
            Assert.Equal(2, (await reading.WaitAsync(Patience.Long)).Count);
        }
    }

    [Fact]
    public async Task A_connection_held_up_by_backpressure_is_not_taken_for_a_silent_peer()
    {
        await using var node = await StartAsync(connection: _impatient);
        using var held = await RawPeer.SendHandshakeAsync(node.Port);
        await held.ReadHeadAsync();
        await using var socket = (await node.AcceptedAsync()).Socket;

        // Nobody reads the first connection for as long as it takes to lose a second one to silence, twice.
        for (var round = 0; round < 2; round++)
        {
            using var silent = await RawPeer.SendHandshakeAsync(node.Port);
            await silent.ReadHeadAsync();
            await using var other = (await node.AcceptedAsync()).Socket;
            await Record.ExceptionAsync(
                () => other.ReceiveAsync(Memory<byte>.Empty, CancellationToken.None).AsTask().WaitAsync(Patience.Long));
        }

        await held.SendFrameAsync(0x81, "{}"u8.ToArray());
        Assert.Equal(2, (await socket.ReceiveAsync(new byte[10], CancellationToken.None).AsTask().WaitAsync(Patience.Long)).Count);
    }
}
