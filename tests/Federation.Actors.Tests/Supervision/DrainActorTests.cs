using Akka.Actor;
using Akka.TestKit;
using Federation.Actors.Diagnostics;
using Federation.Actors.Messages;
using Federation.Actors.Protocol;
using Federation.Actors.Supervision;

namespace Federation.Actors.Tests.Supervision;

public sealed class DrainActorTests : VirtualTimeKit
{
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(10);

    private readonly TestProbe _parent;
    private readonly TestProbe _queue;
    private IActorRef _drain = ActorRefs.Nobody;

    public DrainActorTests()
    {
        _parent = CreateTestProbe("parent");
        _queue = CreateTestProbe("queue");
    }

    [Fact]
    public void A_drain_stops_reads_then_empties_the_queue_then_closes()
    {
        var first = CreateTestProbe();
        var second = CreateTestProbe();
        Start(first, second);
        Stop(first);
        Settle(_drain);
        ExpectNothing(_queue);
        Stop(second);
        _queue.ExpectMsg<QueueProtocol.Drain>();
        ExpectNothing(first);

        _drain.Tell(new QueueProtocol.Drained(3));

        first.ExpectMsg<ConnectionProtocol.Close>();
        End(first);
        second.ExpectMsg<ConnectionProtocol.Close>();
        ExpectNothing(_parent);
        End(second);
        Assert.Equal(3, _parent.ExpectMsg<ComponentProtocol.Drained>().Unanswered);
    }

    [Fact]
    public void A_connection_that_ends_before_it_stops_reading_is_not_waited_for()
    {
        var connection = CreateTestProbe();
        Start(connection);
        connection.ExpectMsg<ConnectionProtocol.StopReading>();

        End(connection);

        _queue.ExpectMsg<QueueProtocol.Drain>();
        _drain.Tell(new QueueProtocol.Drained(0));
        _parent.ExpectMsg<ComponentProtocol.Drained>();
    }

    [Theory]
    [InlineData("stopping reads")]
    [InlineData("emptying")]
    [InlineData("closing")]
    public void A_connection_that_opens_during_the_drain_is_closed_at_once_and_waited_for(string state)
    {
        var connection = CreateTestProbe();
        var late = CreateTestProbe();
        Start(connection);
        var open = new ConnectionProtocol.Opened(late, new PeerName("late", Lasting: false), new PeerMeter("late", "nowhere"));
        Tell(open, state is "stopping reads");
        Stop(connection);
        _queue.ExpectMsg<QueueProtocol.Drain>();
        Tell(open, state is "emptying");
        _drain.Tell(new QueueProtocol.Drained(0));
        connection.ExpectMsg<ConnectionProtocol.Close>();
        Tell(open, state is "closing");

        late.ExpectMsg<ConnectionProtocol.Close>();
        End(connection);
        Settle(_drain);
        ExpectNothing(_parent);
        End(late);
        _parent.ExpectMsg<ComponentProtocol.Drained>();
    }

    [Fact]
    public void Connections_that_do_not_stop_reading_are_not_waited_for_when_four_fifths_of_the_time_are_over()
    {
        Start(CreateTestProbe());
        Advance((Timeout * 0.8) - TimeSpan.FromMilliseconds(1));
        Settle(_drain);
        ExpectNothing(_queue);

        AdvanceMilliseconds(1);

        _queue.ExpectMsg<QueueProtocol.Drain>();
        _queue.ExpectMsg<QueueProtocol.Abandon>();
    }

    [Theory]
    [InlineData(false, 0)]
    [InlineData(true, 5)]
    public void The_deadline_ends_the_drain_in_any_state(bool isEmptied, int unanswered)
    {
        Start(CreateTestProbe());
        Advance(Timeout * 0.8);
        _queue.ExpectMsg<QueueProtocol.Drain>();
        _queue.ExpectMsg<QueueProtocol.Abandon>();
        Tell(new QueueProtocol.Drained(unanswered), isEmptied);
        Settle(_drain);
        ExpectNothing(_parent);

        Advance(Timeout * 0.2);

        Assert.Equal(unanswered, _parent.ExpectMsg<ComponentProtocol.Drained>().Unanswered);
    }

    [Fact]
    public void What_is_sent_to_peers_is_answered_before_reads_stop()
    {
        var (egress, connection) = (CreateTestProbe(), CreateTestProbe());
        Begin(_queue, egress, connection);
        egress.ExpectMsg<EgressProtocol.Drain>();
        ExpectNothing(connection);

        _drain.Tell(EgressProtocol.Drained.Instance);

        Stop(connection);
        _queue.ExpectMsg<QueueProtocol.Drain>();
    }

    [Fact]
    public void Sending_to_peers_takes_no_more_than_two_fifths_of_the_time()
    {
        var connection = CreateTestProbe();
        Begin(_queue, CreateTestProbe(), connection);
        Advance((Timeout * 0.4) - TimeSpan.FromMilliseconds(1));
        Settle(_drain);
        ExpectNothing(connection);

        AdvanceMilliseconds(1);

        Stop(connection);
        _drain.Tell(EgressProtocol.Drained.Instance);
        _queue.ExpectMsg<QueueProtocol.Drain>();
    }

    [Fact]
    public void A_component_that_only_sends_drains_without_a_queue()
    {
        var (egress, connection) = (CreateTestProbe(), CreateTestProbe());
        Begin(ActorRefs.Nobody, egress, connection);
        _drain.Tell(EgressProtocol.Drained.Instance);
        Stop(connection);

        connection.ExpectMsg<ConnectionProtocol.Close>();
        End(connection);

        Assert.Equal(0, _parent.ExpectMsg<ComponentProtocol.Drained>().Unanswered);
    }

    private void Start(params TestProbe[] connections) => Begin(_queue, ActorRefs.Nobody, connections);

    private void Begin(IActorRef queue, IActorRef egress, params TestProbe[] connections)
    {
        _drain = _parent.ChildActorOf(
            DrainActor.Props([.. connections.Select(static connection => connection.Ref)], queue, egress, Timeout));
        Settle(_drain);
    }

    private void Stop(TestProbe connection)
    {
        connection.ExpectMsg<ConnectionProtocol.StopReading>();
        _drain.Tell(new ConnectionProtocol.ReadingStopped(connection));
    }

    private void End(TestProbe connection) => _drain.Tell(new ConnectionProtocol.Ended(connection, new PeerMeter("", "")));

    private void Tell(object message, bool now)
    {
        if (now)
        {
            _drain.Tell(message);
            Settle(_drain);
        }
    }
}
