using Akka.Actor;
using Akka.TestKit;
using Federation.Actors.Health;
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

        var report = Asker.ExpectMsg<HealthReport>();
        Assert.Equal(["listening", "listening"], report.Components.Values.Select(component => component.Status));
        Assert.False(report.Ready);
    }

    [Fact]
    public void A_component_that_fails_too_often_stays_stopped_and_the_others_go_on()
    {
        var node = Start("one", "two");
        WhenReady(node);
        var one = Resolve(node.Path / "one");
        Asker.Watch(one);

        for (var n = 0; n <= ComponentStrategy.MaxRestarts; n++)
        {
            one.Tell(Kill.Instance);
        }

        Asker.ExpectTerminated(one);
        Settle(node);
        Settle(Resolve(node.Path / "two"));
        node.Tell(HealthProtocol.GetReport.Instance, Asker);
        var report = Asker.ExpectMsg<HealthReport>();
        Assert.Equal(("stopped", false), (report.Components["one"].Status, report.Components["one"].Healthy));
        Assert.Equal("listening", report.Components["two"].Status);
    }

    private IActorRef Start(params string[] components) => Sys.ActorOf(FederationSupervisor.Props(Node(components), Services), "federation");

    private ComponentProtocol.NodeReady WhenReady(IActorRef node)
    {
        node.Tell(ComponentProtocol.WhenReady.Instance, Asker);
        return Asker.ExpectMsg<ComponentProtocol.NodeReady>();
    }
}
