using System.Text;
using Akka.Streams;
using Akka.Streams.Dsl;
using Federation.Actors.IntegrationTests.Support;
using NATS.Client.Core;

namespace Federation.Actors.IntegrationTests;

/// <summary>A receiver whose consumer is slow, and an edge that sends as fast as it may.</summary>
public sealed class UpstreamControlTests
{
    [Fact]
    public async Task A_fast_sender_settles_at_what_the_receiver_takes_and_nothing_more_is_dropped()
    {
        const int PerSecond = 500;
        await using var nats = await NatsServer.StartAsync();
        await using var hub = await TestNode.StartAsync(new FederationSettings
        {
            NodeId = "hub",
            Components =
            [
                TestNode.Component("in") with
                {
                    Backpressure = new BackpressureSettings { QueueSize = 500, OnFull = OverflowPolicy.DropNewest, RequestUpstream = true },
                    Ports = new PortsSettings { Outputs = [
                        new OutputPortSettings { Name = "ws_data", Subject = "in", Type = PortType.Local }] },
                },
            ],
        });
        using var streams = hub.System.Materializer();
        var received = 0;
        _ = hub.Federation.Source("in").Throttle(PerSecond / 20, TimeSpan.FromMilliseconds(50), PerSecond / 20, ThrottleMode.Shaping)
            .RunForeach(_ => Interlocked.Increment(ref received), streams);
        await using var edge = await TestNode.StartAsync(new FederationSettings
        {
            NodeId = "edge",
            Nats = new NatsSettings { Url = nats.Url },
            Components =
            [
                TestNode.Component("out") with
                {
                    Mode = ComponentMode.Client,
                    Client = new ClientSettings { Url = hub.Url.ToString() },
                    Egress = new EgressSettings { QueueSize = 50_000, MaxInFlight = 2_000, RetryDelay = TimeSpan.FromMilliseconds(100) },
                    Ports = new PortsSettings { Inputs = [new InputPortSettings { Name = "sensors", Subject = "sensors.>" }] },
                },
            ],
        });
        await edge.WhenAsync(static report => report.Ready, "connected");
        await using var publisher = new NatsConnection(new NatsOpts { Url = nats.Url });
        await Eventually.TrueAsync(
            async () =>
            {
                await publisher.PublishAsync("sensors.start", "0"u8.ToArray());
                return await edge.OutputMetricAsync("messages_delivered_total") > 0;
            },
            "the subscription");

        for (var number = 0; number < 20_000; number++)
        {
            await publisher.PublishAsync("sensors.a", Encoding.ASCII.GetBytes($"{number}"));
        }

        await Eventually.TrueAsync(async () => await edge.OutputMetricAsync("rate_cap") > 0, "the edge is asked to send slower");
        await Eventually.TrueAsync(() => Volatile.Read(ref received) > PerSecond * 5, "5 s of messages", Patience.Long);
        var nacked = await hub.MetricAsync("nacks_sent_total");
        var before = Volatile.Read(ref received);
        await Eventually.TrueAsync(() => Volatile.Read(ref received) > before + (PerSecond * 4), "4 s more", Patience.Long);

        Assert.True(
            await hub.MetricAsync("nacks_sent_total") - nacked <= PerSecond / 10, "next to nothing is dropped once the rate has settled");
        Assert.True(await edge.OutputMetricAsync("messages_held") > 0, "there was more to send all the time");
        Assert.Equal(0, await edge.OutputMetricAsync("messages_dropped_total"));
    }
}
