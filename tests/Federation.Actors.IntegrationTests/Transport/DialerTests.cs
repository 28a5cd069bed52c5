using Federation.Actors.IntegrationTests.Support;
using Federation.Actors.Sockets.Client;
using Microsoft.Extensions.Logging.Abstractions;

namespace Federation.Actors.IntegrationTests.Transport;

/// <summary>The dialling end against the accepting one.</summary>
public sealed class DialerTests
{
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
