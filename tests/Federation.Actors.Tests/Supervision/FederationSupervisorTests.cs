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
    public void A_drain_is_over_when_the_last_component_has_drained_and_sums_what_was_not_answered()
    {
        var node = Start("one", "two", "three");
        WhenReady(node);
        for (var n = 0; n < 3; n++)
        {
            NextBus().Up();
        }

        var one = Resolve(node.Path / "one");
        var two = Resolve(node.Path / "two");
        var (first, firstLog) = Join(one);
        var (second, secondLog) = Join(two);
        first.PeerSends("a");
        Buses.ExpectMsg<Publishing.FakeBus.Wrote>();
        second.PeerSends("b");
        Buses.ExpectMsg<Publishing.FakeBus.Wrote>();

        node.Tell(new ComponentProtocol.Drain(TimeSpan.FromSeconds(10)), Asker);
        Settle(node);
        Settle(one, two);
        ExpectNothing(Asker);
        AdvanceMilliseconds(8000);
        ExpectGot(firstLog, "nack", "shutting_down");
        firstLog.ExpectMsg<FakePeerSocket.GotClose>();
        first.PeerCloses();
        ExpectGot(secondLog, "nack", "shutting_down");
        secondLog.ExpectMsg<FakePeerSocket.GotClose>();
        Settle(node);
        ExpectNothing(Asker);
        second.PeerCloses();

        Assert.Equal(new ComponentProtocol.Drained(2), Asker.ExpectMsg<ComponentProtocol.Drained>());
    }

    [Fact]
    public void A_component_that_fails_starts_anew_and_the_others_go_on()
    {
        var node = Start("one", "two");
        WhenReady(node);
        NextBus();
        NextBus();
        var (_, peer) = Join(Resolve(node.Path / "two"));
        var one = Resolve(node.Path / "one");

        EventFilter.Exception<ActorKilledException>().ExpectOne(() => one.Tell(Kill.Instance));

        Buses.ExpectMsg<Publishing.FakeBus.Abandoned>();
        Buses.ExpectMsg<Publishing.FakeBus.Disposed>();
        NextBus();
        Settle(one);
        ExpectNothing(peer);
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
