using System.Text.Json;
using System.Text.Json.Nodes;
using Akka.Actor;
using Akka.TestKit;
using Federation.Actors.Diagnostics;
using Federation.Actors.Protocol;

namespace Federation.Actors.Tests.Diagnostics;

public sealed class HealthActorTests : VirtualTimeKit
{
    private readonly FederationMetrics _metrics = new();
    private TestProbe? _asker;

    private TestProbe Asker => _asker ??= CreateTestProbe();

    [Fact]
    public void A_node_is_ready_when_all_of_its_components_are()
    {
        var health = Start("one", "two");
        Run(health, "one");
        Assert.False(Report(health).Ready);

        Run(health, "two");

        var report = Report(health);
        Assert.True(report.Ready);
        Assert.True(report.Healthy);
        Assert.Equal("node-1", report.NodeId);
    }

    [Fact]
    public void The_metrics_say_whether_a_component_is_ready_healthy_and_has_NATS()
    {
        var metrics = new ComponentMetrics(_metrics, "one");
        var health = Start("one");
        Run(health, "one");
        Settle(health);
        Assert.Equal((1, 1, 1), (metrics.Ready.Value, metrics.Healthy.Value, metrics.NatsConnected.Value));

        health.Tell(new HealthProtocol.Bus("one", Connected: false));
        Settle(health);
        Assert.Equal((0, 1, 0), (metrics.Ready.Value, metrics.Healthy.Value, metrics.NatsConnected.Value));

        Advance(TimeSpan.FromSeconds(35));
        Settle(health);
        Assert.Equal(0, metrics.Healthy.Value);
    }

    [Fact]
    public void Dropped_messages_are_logged_at_once_and_then_every_ten_seconds()
    {
        var metrics = new ComponentMetrics(_metrics, "one");
        var health = Start("one");
        Run(health, "one");

        EventFilter.Warning(contains: "one has dropped 3 messages (3 queue_full)").ExpectOne(() => Drop(3));
        EventFilter.Warning(contains: "has dropped").Expect(0, () => Drop(2));
        EventFilter.Warning(contains: "one has dropped 6 more messages (6 queue_full)").ExpectOne(() =>
        {
            Advance(TimeSpan.FromSeconds(10));
            Drop(4);
        });

        void Drop(int count)
        {
            metrics.Dropped(NackReason.QueueFull).Inc(count);
            Advance(TimeSpan.FromSeconds(1));
            Settle(health);
        }
    }

    [Fact]
    public void A_component_that_only_sends_has_NATS_when_its_inputs_have()
    {
        var metrics = new ComponentMetrics(_metrics, "one");
        var settings = new FederationSettings
        {
            Components = [new ComponentSettings { Name = "one",
                Ports = new PortsSettings { Inputs = [new InputPortSettings { Name = "a", Subject = "a" }] } }],
        };
        var health = Sys.ActorOf(HealthActor.Props(settings, _metrics));

        health.Tell(new HealthProtocol.EgressBus("one", Connected: true));
        Settle(health);

        Assert.Equal(1, metrics.NatsConnected.Value);
    }

    [Fact]
    public void A_node_is_unhealthy_when_one_of_its_components_is()
    {
        var health = Start("one", "two");
        Run(health, "one");
        Run(health, "two");

        health.Tell(new HealthProtocol.Bus("two", Connected: false));
        Settle(health);
        Advance(TimeSpan.FromSeconds(30));

        var report = Report(health);
        Assert.False(report.Healthy);
        Assert.True(report.Components["one"].Healthy);
        Assert.Equal(["NATS has been unreachable for 30 s"], report.Components["two"].Problems);
    }

    [Fact]
    public void A_component_without_a_connection_for_five_minutes_makes_the_node_unhealthy()
    {
        var health = Start("one");
        Run(health, "one");
        Settle(health);

        Advance(TimeSpan.FromSeconds(299));
        Assert.True(Report(health).Healthy);
        Advance(TimeSpan.FromSeconds(1));

        var report = Report(health);
        Assert.False(report.Healthy);
        Assert.True(report.Ready);
        Assert.Equal(300, report.UptimeSeconds);
    }

    [Fact]
    public void Throughput_is_measured_every_five_seconds()
    {
        var health = Start("one");
        var received = new ComponentMetrics(_metrics, "one").Received(EnvelopeType.Data);
        Settle(health);
        received.Inc(50);
        Advance(TimeSpan.FromSeconds(5));
        Assert.Equal(10, Rate(health));

        received.Inc(500);
        Assert.Equal(10, Rate(health));
        Advance(TimeSpan.FromSeconds(5));
        Assert.Equal(100, Rate(health));
        Advance(TimeSpan.FromSeconds(5));
        Assert.Equal(0, Rate(health));
    }

    [Fact]
    public void What_happens_is_published_on_the_event_stream_at_most_once_a_second()
    {
        var listener = CreateTestProbe();
        Sys.EventStream.Subscribe(listener, typeof(FederationEvent));
        var health = Start("one");

        health.Tell(new HealthProtocol.PeerOpened("one", "sensor", "here"));
        Assert.Equal(FederationEventKind.PeerConnected, listener.ExpectMsg<FederationEvent>().Kind);
        health.Tell(new HealthProtocol.PeerOpened("one", "sensor", "here"));
        health.Tell(new HealthProtocol.PeerOpened("one", "sensor", "there"));
        Settle(health);
        Advance(TimeSpan.FromSeconds(1));

        var held = listener.ExpectMsg<FederationEvent>();
        Assert.Equal(("sensor is connected to one from there", 1), (held.Text, held.HeldBack));
    }

    [Fact]
    public void A_change_of_a_component_that_is_not_the_nodes_is_passed_over()
    {
        var health = Start("one");

        EventFilter.Exception<Exception>().Expect(0, () =>
        {
            Run(health, "stranger");
            Assert.Equal(["one"], Report(health).Components.Keys);
        });
    }

    [Fact]
    public void As_json_it_has_the_documented_keys()
    {
        var health = Start("one");
        Run(health, "one");

        var json = JsonNode.Parse(JsonSerializer.Serialize(Report(health), HealthJson.Options))!.AsObject();

        Assert.Equal(["healthy", "ready", "node_id", "uptime_seconds", "components"], Keys(json));
        var component = json["components"]!["one"]!;
        Assert.Equal(["healthy", "status", "problems", "details"], Keys(component));
        var details = component["details"]!;
        Assert.Equal(["mode", "endpoint", "connections", "queue", "throughput", "nats", "last_error", "sending"], Keys(details));
        Assert.Equal(["active", "total"], Keys(details["connections"]!));
        Assert.Equal(["depth", "utilization"], Keys(details["queue"]!));
        Assert.Equal(["messages_per_second"], Keys(details["throughput"]!));
        Assert.Equal(["connected", "last_error"], Keys(details["nats"]!));
        Assert.Equal("server", details["mode"]!.GetValue<string>());
    }

    [Fact]
    public void A_key_without_a_value_is_written_as_null()
    {
        var json = JsonNode.Parse(JsonSerializer.Serialize(Report(Start("one")), HealthJson.Options))!;

        var details = json["components"]!["one"]!["details"]!.AsObject();
        Assert.True(details.ContainsKey("endpoint"));
        Assert.Null(details["endpoint"]);
    }

    private static string[] Keys(JsonNode node) => [.. node.AsObject().Select(pair => pair.Key)];

    private static void Run(IActorRef health, string component)
    {
        health.Tell(new HealthProtocol.Listening(component, "ws://here/ingest"));
        health.Tell(new HealthProtocol.Bus(component, Connected: true));
    }

    private IActorRef Start(params string[] components)
    {
        var settings = new FederationSettings
        {
            NodeId = "node-1",
            Components = [.. components.Select(name => new ComponentSettings { Name = name })],
        };
        return Sys.ActorOf(HealthActor.Props(settings, _metrics));
    }

    private double Rate(IActorRef health) => Report(health).Components["one"].Details.Throughput.MessagesPerSecond;

    private FederationHealth Report(IActorRef health)
    {
        health.Tell(HealthProtocol.GetReport.Instance, Asker);
        return Asker.ExpectMsg<FederationHealth>();
    }
}
