using System.Net.WebSockets;
using Akka.Actor;
using Akka.Event;
using Akka.TestKit;
using Federation.Actors.Messages;
using Federation.Actors.Supervision;
using Federation.Actors.Tests.Publishing;

namespace Federation.Actors.Tests.Supervision;

public sealed class ComponentSupervisorTests : NodeKit
{
    private static readonly TimeSpan DrainTime = TimeSpan.FromSeconds(10);
    private TestProbe? _parent;
    private TestProbe? _health;

    private TestProbe Parent => _parent ??= CreateTestProbe("node");

    private TestProbe Health => _health ??= CreateTestProbe("health");

    [Fact]
    public void A_component_says_where_it_listens()
    {
        Parent.ChildActorOf(ComponentSupervisor.Props(Node("edge-in").Components[0], Services, Health), "edge-in", SupervisorStrategy.StoppingStrategy);

        var ready = Parent.ExpectMsg<ComponentProtocol.Ready>();

        Assert.Equal("edge-in", ready.Component);
        Assert.StartsWith("ws://127.0.0.1:", ready.Endpoint, StringComparison.Ordinal);
        Assert.Equal(new HealthProtocol.Listening("edge-in", ready.Endpoint), Health.ExpectMsg<HealthProtocol.Listening>());
    }

    [Fact]
    public void A_peer_that_connects_before_the_component_knows_that_it_listens_is_served()
    {
        var component = Parent.ChildActorOf(
            ComponentSupervisor.Props(Node("edge-in").Components[0], Services, Health), "edge-in", SupervisorStrategy.StoppingStrategy);

        var (socket, peer) = Join(component);
        var bus = NextBus();
        bus.Up();
        socket.PeerSends("a");
        ExpectWritten(1, "a");
        bus.Confirm(1);

        ExpectGot(peer, "\"ack\"", "\"a\"");
        Parent.ExpectMsg<ComponentProtocol.Ready>();
    }

    [Fact]
    public void A_message_walks_from_a_peer_to_the_bus_and_its_ack_back()
    {
        var (component, bus) = Start();
        var (socket, peer) = Join(component);

        socket.PeerSends("a");
        ExpectWritten(1, "a");
        bus.Confirm(1);

        ExpectGot(peer, "\"ack\"", "\"a\"");
    }

    [Fact]
    public void A_connection_that_throws_is_stopped_and_queue_and_publisher_go_on()
    {
        var (component, bus) = Start();
        var (broken, brokenLog) = Join(component, throwsOnSend: true);
        var (socket, peer) = Join(component);
        broken.PeerSends("a");
        ExpectWritten(1, "a");

        bus.Confirm(1);
        brokenLog.ExpectMsg<FakePeerSocket.Aborted>();
        brokenLog.ExpectMsg<FakePeerSocket.Disposed>();
        Health.FishForMessage<HealthProtocol.Connections>(change => change is { Active: 1, Total: 2 } && Disconnected(component));
        ExpectNothing(brokenLog);

        socket.PeerSends("b");
        ExpectWritten(2, "b");
        bus.Confirm(2);
        ExpectGot(peer, "\"ack\"", "\"b\"");
        ExpectNothing(Buses);
    }

    [Fact]
    public void A_queue_that_fails_publishes_again_what_it_holds_and_the_peers_stay()
    {
        var (component, bus) = Start();
        var (socket, peer) = Join(component);
        socket.PeerSends("a");
        ExpectWritten(1, "a");

        Resolve(component.Path / "queue").Tell(Kill.Instance);

        Buses.ExpectMsg<FakeBus.Abandoned>();
        Buses.ExpectMsg<FakeBus.Disposed>();
        bus = NextBus();
        bus.Up();
        ExpectWritten(2, "a");
        bus.Confirm(2);
        ExpectGot(peer, "\"ack\"", "\"a\"");
        Settle(component);
        ExpectNothing(peer);
    }

    [Fact]
    public void A_publisher_that_fails_publishes_again_on_another_bus_and_the_peers_stay()
    {
        var (component, _) = Start();
        var (socket, peer) = Join(component);
        socket.PeerSends("a");
        ExpectWritten(1, "a");

        Resolve(component.Path / "publisher").Tell(Kill.Instance);

        Buses.ExpectMsg<FakeBus.Abandoned>();
        Buses.ExpectMsg<FakeBus.Disposed>();
        var bus = NextBus();
        bus.Up();
        ExpectWritten(1, "a");
        bus.Confirm(1);
        ExpectGot(peer, "\"ack\"", "\"a\"");
    }

    [Theory]
    [InlineData("queue")]
    [InlineData("publisher")]
    public void A_part_that_fails_too_often_fails_the_component(string part)
    {
        var failures = CreateTestProbe();
        var (component, _) = Start(new OneForOneStrategy(error =>
        {
            failures.Tell(error);
            return Directive.Stop;
        }));
        failures.Watch(component);
        var failing = Resolve(component.Path / part);

        for (var n = 0; n <= ComponentStrategy.MaxRestarts; n++)
        {
            failing.Tell(Kill.Instance);
        }

        Assert.StartsWith(part, failures.ExpectMsg<PartFailedException>().Message, StringComparison.Ordinal);
        failures.ExpectTerminated(component);
    }

    [Fact]
    public void A_component_with_nothing_to_do_drains_at_once_and_ends()
    {
        var (component, _) = Start();
        Parent.Watch(component);

        Drain(component);

        Assert.Equal(new ComponentProtocol.Drained(0), Parent.ExpectMsg<ComponentProtocol.Drained>());
        Parent.ExpectTerminated(component);
    }

    [Fact]
    public void A_drain_publishes_what_is_held_sends_the_answers_and_closes()
    {
        var (component, bus) = Start();
        var (socket, peer) = Join(component);
        socket.PeerSends("a");
        ExpectWritten(1, "a");

        Drain(component);
        ExpectNothing(peer);
        bus.Confirm(1);

        ExpectGot(peer, "\"ack\"", "\"a\"");
        Assert.Equal(
            new FakePeerSocket.GotClose(WebSocketCloseStatus.EndpointUnavailable, "the node is shutting down"),
            peer.ExpectMsg<FakePeerSocket.GotClose>());
        Settle(component);
        ExpectNothing(Parent);

        socket.PeerCloses();
        Assert.Equal(new ComponentProtocol.Drained(0), Parent.ExpectMsg<ComponentProtocol.Drained>());
    }

    [Fact]
    public void A_drain_tells_nothing_to_nobody()
    {
        var (component, _) = Start();
        var (socket, peer) = Join(component);
        var letters = CreateTestProbe();
        Sys.EventStream.Subscribe(letters, typeof(DeadLetter));

        Drain(component);
        peer.ExpectMsg<FakePeerSocket.GotClose>();
        Settle(Resolve(component.Path / "peer-1"));
        ExpectNothing(letters);

        socket.PeerCloses();
        Parent.ExpectMsg<ComponentProtocol.Drained>();
    }

    [Fact]
    public void What_is_not_published_when_four_fifths_of_the_time_are_over_is_nacked_and_counted()
    {
        var (component, _) = Start();
        var (socket, peer) = Join(component);
        socket.PeerSends("a");
        ExpectWritten(1, "a");
        Drain(component);

        Advance((DrainTime * 0.8) - TimeSpan.FromMilliseconds(1));
        Settle(component);
        ExpectNothing(peer);
        AdvanceMilliseconds(1);

        ExpectGot(peer, "\"nack\"", "\"a\"", "shutting_down");
        peer.ExpectMsg<FakePeerSocket.GotClose>();
        socket.PeerCloses();
        Assert.Equal(new ComponentProtocol.Drained(1), Parent.ExpectMsg<ComponentProtocol.Drained>());
    }

    [Fact]
    public void A_peer_that_does_not_close_holds_the_drain_up_no_longer_than_its_time()
    {
        var (component, _) = Start();
        var (socket, peer) = Join(component);
        socket.PeerSends("a");
        ExpectWritten(1, "a");
        Drain(component);
        Advance(DrainTime * 0.8);
        ExpectGot(peer, "\"nack\"", "\"a\"");
        peer.ExpectMsg<FakePeerSocket.GotClose>();
        Settle(component);
        ExpectNothing(Parent);

        Advance(DrainTime * 0.2);

        Assert.Equal(new ComponentProtocol.Drained(1), Parent.ExpectMsg<ComponentProtocol.Drained>());
        peer.ExpectMsg<FakePeerSocket.Aborted>();
        peer.ExpectMsg<FakePeerSocket.Disposed>();
    }

    [Fact]
    public void A_peer_that_comes_during_a_drain_is_cut()
    {
        var (component, _) = Start();
        var (socket, _) = Join(component);
        socket.PeerSends("a");
        ExpectWritten(1, "a");
        Drain(component);

        var (_, late) = Join(component);

        late.ExpectMsg<FakePeerSocket.Aborted>();
        late.ExpectMsg<FakePeerSocket.Disposed>();
    }

    private void Drain(IActorRef component)
    {
        component.Tell(new ComponentProtocol.Drain(DrainTime), Parent);
        Settle(component);
    }

    /// <summary>Whether the first connection is gone, and not the second yet to come.</summary>
    private bool Disconnected(IActorRef component)
    {
        var asker = CreateTestProbe();
        Sys.ActorSelection(component.Path / "peer-1").Tell(new Identify(messageId: null), asker);
        return asker.ExpectMsg<ActorIdentity>().Subject is null;
    }

    /// <summary>A component that listens, and its bus, which is up.</summary>
    private (IActorRef Component, FakeBus Bus) Start(SupervisorStrategy? strategy = null)
    {
        var props = ComponentSupervisor.Props(Node("edge-in").Components[0], Services, Health);
        var component = Parent.ChildActorOf(props, "edge-in", strategy ?? SupervisorStrategy.StoppingStrategy);
        Parent.ExpectMsg<ComponentProtocol.Ready>();
        var bus = NextBus();
        bus.Up();
        return (component, bus);
    }
}
