using Federation.Actors.IntegrationTests.Support;
using Federation.Actors.Protocol;
using Federation.Actors.Sockets;
using Federation.Actors.Sockets.Client;
using Microsoft.Extensions.Logging.Abstractions;

namespace Federation.Actors.IntegrationTests.Transport;

/// <summary>The dialling end against the accepting one.</summary>
public sealed class DialerTests
{
    [Theory]
    [InlineData(true, true)]
    [InlineData(true, false)]
    [InlineData(false, true)]
    public async Task Both_ends_agree_on_batch_frames_when_both_want_them(bool dialing, bool listening)
    {
        await using var node = await TestListener.StartAsync(
            new ServerSettings { Host = "127.0.0.1" }, new ConnectionSettings { Batching = listening });
        using var dialer = new WebSocketDialer(
            new ComponentSettings
                { Name = "link", Mode = ComponentMode.Client, Connection = new ConnectionSettings { Batching = dialing } },
            "edge-1-link", NullLoggerFactory.Instance, static _ => null);

        var dialed = await dialer.DialAsync(node.Uri, CancellationToken.None);
        await using var socket = dialed.Socket;
        var accepted = await node.AcceptedAsync();
        await using var other = accepted.Socket;

        Assert.Equal((dialing && listening, dialing && listening), (dialed.IsBatching, accepted.IsBatching));
        await SendAsync(socket, isBinary: true);
        await SendAsync(socket, isBinary: false);
        Assert.False(await ReadAsync(other));
        Assert.True(await ReadAsync(other));
    }

    [Theory]
    [InlineData(ClientCompression.Auto, true, true, true, false)]
    [InlineData(ClientCompression.Auto, true, false, false, false)]
    [InlineData(ClientCompression.Auto, false, true, false, false)]
    [InlineData(ClientCompression.Always, true, true, true, true)]
    [InlineData(ClientCompression.Always, false, true, false, true)]
    [InlineData(ClientCompression.Never, true, true, false, false)]
    public async Task Frames_and_texts_are_compressed_as_the_settings_have_it(
        ClientCompression compression, bool batches, bool accepts, bool framesAre, bool textsAre)
    {
        await using var node = await TestListener.StartAsync(new ServerSettings { Host = "127.0.0.1", EnableCompression = accepts });
        await using var link = FaultyLink.To(node.Port);
        using var dialer = new WebSocketDialer(
            new ComponentSettings
            {
                Name = "link",
                Mode = ComponentMode.Client,
                Client = new ClientSettings { Compression = compression },
                Connection = new ConnectionSettings { Batching = batches },
            },
            "edge-1-link", NullLoggerFactory.Instance, static _ => null) { Far = TimeSpan.Zero };
        await using var socket = (await dialer.DialAsync(new Uri($"ws://127.0.0.1:{link.Port}/ingest"), CancellationToken.None)).Socket;
        await using var other = (await node.AcceptedAsync()).Socket;

        Assert.Equal(framesAre, await IsCompressedAsync(link, socket, other, isBinary: true));
        Assert.Equal(framesAre, await IsCompressedAsync(link, other, socket, isBinary: true));
        Assert.Equal(textsAre, await IsCompressedAsync(link, socket, other, isBinary: false));
    }

    /// <summary>Sends a message of which the half is a repetition, and looks at what has crossed the network.</summary>
    private static async Task<bool> IsCompressedAsync(FaultyLink link, IPeerSocket from, IPeerSocket to, bool isBinary)
    {
        var half = Enumerable.Range(0, 2000).Select(static i => (byte)('a' + (i * i % 26))).ToArray();
        byte[] message = [.. half, .. half];
        var buffer = new OutboundBuffer(message.Length);
        message.CopyTo(buffer.GetSpan(message.Length));
        buffer.Advance(message.Length);
        buffer.EndMessage(isBinary);
        var before = link.Passed;
        await from.SendAsync(buffer, CancellationToken.None);

        var received = new byte[message.Length + 1];
        var count = 0;
        for (var isWhole = false; !isWhole;)
        {
            var part = await to.ReceiveAsync(received.AsMemory(count), CancellationToken.None).AsTask().WaitAsync(Patience.Long);
            (count, isWhole) = (count + part.Count, part.EndOfMessage);
        }

        Assert.Equal(message, received[..count]);
        return link.Passed - before < message.Length;
    }

    private static async Task SendAsync(IPeerSocket socket, bool isBinary)
    {
        var buffer = new OutboundBuffer(16);
        buffer.GetSpan(1)[0] = (byte)'1';
        buffer.Advance(1);
        buffer.EndMessage(isBinary);
        await socket.SendAsync(buffer, CancellationToken.None);
    }

    /// <returns>Whether the message that was read is a text.</returns>
    private static async Task<bool> ReadAsync(IPeerSocket socket)
    {
        Assert.Equal(1, (await socket.ReceiveAsync(new byte[16], CancellationToken.None).AsTask().WaitAsync(Patience.Long)).Count);
        return socket.IsText;
    }

    [Fact]
    public async Task Who_is_refused_because_of_too_many_upgrades_knows_when_to_come_back()
    {
        await using var node = await TestListener.StartAsync(new ServerSettings { Host = "127.0.0.1", MaxUpgradesPerSecond = 1 });
        using var dialer = new WebSocketDialer(new ComponentSettings { Name = "link", Mode = ComponentMode.Client },
            "edge-1-link", NullLoggerFactory.Instance, static _ => null);
        await using var first = (await dialer.DialAsync(node.Uri, CancellationToken.None)).Socket;

        // Together, so that even a busy machine lets no more than a few of them in.
        var refused = new List<DialFailedException>();
        await Task.WhenAll(Enumerable.Range(0, 16).Select(async _ =>
        {
            try
            {
                await (await dialer.DialAsync(node.Uri, CancellationToken.None)).Socket.DisposeAsync();
            }
            catch (DialFailedException refusal)
            {
                lock (refused)
                {
                    refused.Add(refusal);
                }
            }
        }));

        Assert.InRange(refused.Count, 3, 16);
        Assert.All(refused, static refusal => Assert.Equal(
            "the server answers 503 Service Unavailable (Too many new connections at once)", refusal.Message));
        var waits = refused.ConvertAll(static refusal => refusal.RetryAfter!.Value.TotalSeconds);
        Assert.InRange(waits.Min(), 1, 16);
        Assert.InRange(waits.Max() - waits.Min(), 1, 16);
    }
}
