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
