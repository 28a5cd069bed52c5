using System.Globalization;
using Federation.Actors.IntegrationTests.Chaos;
using Federation.Actors.IntegrationTests.Support;

namespace Federation.Actors.IntegrationTests;

/// <summary>A node that is killed loses nothing that was answered, and what was not answered is sent again.</summary>
public sealed class HubKilledTests
{
    /// <summary>In <c>./run.sh chaos</c> ten, otherwise two: the second one hits a sender that has come back.</summary>
    private static int Kills => ChaosTests.Minutes > 0 ? 10 : 2;

    [Fact]
    public async Task A_hub_killed_and_restarted_again_and_again_has_every_message_of_a_sender_that_resends()
    {
        await using var nats = await NatsServer.StartAsync();
        await using var subscriber = await NatsSubscriber.StartAsync(nats.Url, "federated.data");
        var hub = await FederationProcess.RunAsync(FederationProcess.Configuration(nats.Url));
        var url = hub.Url;
        await using var edge = await FederationProcess.RunAsync(
            FederationProcess.Configuration(nats.Url), Dialling(url));
        var kills = 0;
        var sender = new ResendingSender(url, "edge", window: 1000);
        using var stop = new CancellationTokenSource(TimeSpan.FromMinutes(3));
        var sending = sender.RunAsync(() => Volatile.Read(ref kills) == Kills && sender.Sent >= 20_000, perSecond: 10_000, stop.Token);

        while (kills < Kills)
        {
            var acked = sender.Acked;
            await Eventually.TrueAsync(() => sender.Acked > acked + 1000, "messages flow", Patience.Long);
            hub.Kill();
            await hub.ExitedAsync();
            await hub.DisposeAsync();
            hub = await FederationProcess.RunAsync(
                FederationProcess.Configuration(nats.Url), "--set", string.Create(
                    CultureInfo.InvariantCulture, $"federation.components.edge-in.server.http_port={url.Port}"));
            Interlocked.Increment(ref kills);
        }

        await sending;
        await Eventually.TrueAsync(() => Distinct(subscriber).Count == sender.Sent, "every message at NATS", Patience.Long);
        Assert.Equal(sender.Sent, sender.Acked);
        Assert.Equal(Kills + 1, sender.Connections);

        // The node that dials the hub has come back each time as well.
        await edge.SaysAsync("next attempt in");
        await Eventually.TrueAsync(
            () => edge.Output.Count(line =>
                line.Contains("is connected to ws", StringComparison.Ordinal)) >= 2, "the dialling node to come back", Patience.Long);
        await hub.DisposeAsync();
    }

    private static string[] Dialling(Uri url) =>
    [
        "--set", "federation.components.edge-in.mode=client",
        "--set", $"federation.components.edge-in.client.url=\"{url}\"",
        "--set", "federation.components.edge-in.client.reconnect.initial_interval=100ms",
        "--set", "federation.components.edge-in.client.reconnect.max_interval=1s",
        "--set", "federation.components.edge-in.client.reconnect.max_retries=0",
    ];

    private static HashSet<string> Distinct(NatsSubscriber subscriber) => new(subscriber.Payloads, StringComparer.Ordinal);
}
