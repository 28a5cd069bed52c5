using Akka.Actor;
using Akka.TestKit;
using Federation.Actors.Diagnostics;
using Federation.Actors.Messages;
using Federation.Actors.Nats;
using Federation.Actors.Supervision;
using Federation.Actors.Tests.Receiving;

namespace Federation.Actors.Tests.Supervision;

public sealed class ComponentSupervisorTests : NodeKit
{
    private TestProbe? _parent;
    private TestProbe? _health;

    private TestProbe Parent => _parent ??= CreateTestProbe("node");

    private TestProbe Health => _health ??= CreateTestProbe("health");

    [Fact]
    public void A_component_says_where_it_listens()
    {
        Parent.ChildActorOf(
            ComponentSupervisor.Props(Node("edge-in").Components[0], Services, Health), "edge-in", SupervisorStrategy.StoppingStrategy);

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
        socket.Send(Batches.Envelope("a"));
        ExpectWritten(1, "a");
        bus.Confirm(1);

        ExpectGot(peer, "\"ack\"", "\"a\"");
        Parent.ExpectMsg<ComponentProtocol.Ready>();
    }

    [Fact]
    public void A_connection_that_throws_is_stopped_and_queue_and_publisher_go_on()
    {
        var (component, bus) = Start();
        ThrowingSocket throwing = null!;
        var (broken, brokenPeer) = Join(component, socket => throwing = new ThrowingSocket(socket));
        var (socket, peer) = Join(component);
        broken.Send(Batches.Envelope("a"));
        ExpectWritten(1, "a");

        bus.Confirm(1);
        ExpectGot(brokenPeer, "without a close");
        Health.FishForMessage<HealthProtocol.Connections>(change => change is { Active: 1, Total: 2 } && Disconnected(component));
        Assert.True(throwing.IsDisposed);
        Assert.Empty(brokenPeer.Waiting);

        socket.Send(Batches.Envelope("b"));
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
        socket.Send(Batches.Envelope("a"));
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
        Assert.Empty(peer.Waiting);
    }

    [Fact]
    public void A_publisher_that_fails_publishes_again_on_another_bus_and_the_peers_stay()
    {
        var (component, _) = Start();
        var (socket, peer) = Join(component);
        socket.Send(Batches.Envelope("a"));
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

        for (var n = 0; n <= ComponentSupervisor.MaxRestarts; n++)
        {
            failing.Tell(Kill.Instance);
        }

        Assert.StartsWith(part, failures.ExpectMsg<PartFailedException>().Message, StringComparison.Ordinal);
        failures.ExpectTerminated(component);
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
