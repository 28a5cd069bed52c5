using Akka.Actor;
using Akka.TestKit;
using Federation.Actors.Diagnostics;
using Federation.Actors.Messages;
using Federation.Actors.Supervision;

namespace Federation.Actors.Tests.Supervision;

public sealed class FederationSupervisorTests : NodeKit
{
    private TestProbe? _asker;

    private TestProbe Asker => _asker ??= CreateTestProbe();

    [Fact]
    public void A_node_is_ready_when_every_component_listens()
    {
        var node = Start("one", "two");

        Assert.Equal(["one", "two"], WhenReady(node).Endpoints.Keys.Order(StringComparer.Ordinal));

        // And again, for who asks later.
        Assert.Equal(2, WhenReady(node).Endpoints.Count);
    }

    [Fact]
    public void A_node_answers_how_its_components_are()
    {
        var node = Start("one", "two");
        WhenReady(node);

        node.Tell(HealthProtocol.GetReport.Instance, Asker);

        var report = Asker.ExpectMsg<FederationHealth>();
        Assert.Equal(["listening", "listening"], report.Components.Values.Select(component => component.Status));
        Assert.False(report.Ready);
    }

    [Fact]
    public void A_component_that_fails_starts_again_at_once_and_then_after_growing_pauses_for_ever()
    {
        var node = Start("one", "two");
        WhenReady(node);
        Fail(node);
        WhenReady(node);

        // 1 s, 2 s, 4 s, ..., 60 s, each with up to a fifth more.
        for (var n = 0; n < 10; n++)
        {
            Fail(node);
            Assert.Equal(("stopped", false), Status(node, "one"));
            Advance(TimeSpan.FromSeconds(Math.Min(1 << n, 60) - 0.1));
            Assert.Equal(("stopped", false), Status(node, "one"));

            Advance(TimeSpan.FromSeconds(0.1 + (Math.Min(1 << n, 60) * 0.2)));
            WhenReady(node);
            Assert.Equal("listening", Status(node, "one").Status);
        }

        Assert.Equal("listening", Status(node, "two").Status);
    }

    [Fact]
    public void A_component_that_has_run_for_a_minute_starts_again_at_once()
    {
        var node = Start("one");
        WhenReady(node);
        Fail(node);
        WhenReady(node);
        Advance(ComponentRestarts.StableAfter);

        Fail(node);

        WhenReady(node);
    }

    [Fact]
    public void A_component_whose_port_is_taken_is_tried_again_until_the_port_is_free()
    {
        using var other = new System.Net.Sockets.TcpListener(System.Net.IPAddress.Loopback, 0);
        other.Start();
        var settings = Node("one");
        var one = settings.Components[0];
        one = one with { Server = one.Server with { HttpPort = ((System.Net.IPEndPoint)other.LocalEndpoint).Port } };
        var node = Sys.ActorOf(FederationSupervisor.Props(settings with { Components = [one] }, Services), "federation");
        AwaitAssert(() => Assert.Equal("stopped", Status(node, "one").Status));

        other.Stop();
        AwaitAssert(() =>
        {
            Advance(TimeSpan.FromSeconds(30));
            Assert.Equal("listening", Status(node, "one").Status);
        });
    }

    private (string Status, bool Healthy) Status(IActorRef node, string component)
    {
        node.Tell(HealthProtocol.GetReport.Instance, Asker);
        var state = Asker.ExpectMsg<FederationHealth>().Components[component];
        return (state.Status, state.Healthy);
    }

    /// <summary>The first component fails; returns when its end is known.</summary>
    private void Fail(IActorRef node)
    {
        var one = Resolve(node.Path / "one");
        Asker.Watch(one);
        one.Tell(Kill.Instance);
        Asker.ExpectTerminated(one);
        Settle(node);
    }

    private IActorRef Start(params string[] components) =>
        Sys.ActorOf(FederationSupervisor.Props(Node(components), Services), "federation");

    private ComponentProtocol.NodeReady WhenReady(IActorRef node)
    {
        node.Tell(ComponentProtocol.WhenReady.Instance, Asker);
        return Asker.ExpectMsg<ComponentProtocol.NodeReady>();
    }
}
