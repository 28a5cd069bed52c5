using Akka.Actor;
using Akka.TestKit;
using Federation.Actors.Messages;

namespace Federation.Actors.Tests.Sending;

public sealed class EgressDrainTests : EgressKit
{
    private TestProbe? _asker;

    private TestProbe Drainer => _asker ??= CreateTestProbe("drainer");

    [Fact]
    public void A_drain_ends_at_once_when_nobody_is_connected()
    {
        Start(Component(mode: ComponentMode.Client));
        Publish(1);

        Drain();

        Drainer.ExpectMsg<EgressProtocol.Drained>();
        ExpectBus("stop receiving");
    }

    [Fact]
    public void A_drain_ends_when_all_that_was_sent_is_acked()
    {
        Start();
        var (one, delivery) = Join("one");
        var (two, other) = Join("two");
        Publish(1);
        ExpectSent(one, "m-1");
        ExpectSent(two, "m-1");

        Drain();
        Ack(one, delivery, "m-1");
        Settle(delivery, other, Egress);
        ExpectNothing(Drainer);
        Ack(two, other, "m-1");

        Drainer.ExpectMsg<EgressProtocol.Drained>();
        Settle(delivery, other, Egress);
        ExpectNothing(Drainer);
    }

    [Fact]
    public void A_drain_does_not_wait_for_a_peer_that_leaves()
    {
        Start();
        var (one, delivery) = Join("one");
        Publish(1);
        ExpectSent(one, "m-1");
        Drain();
        Settle(Egress, delivery);

        Leave(one, delivery);

        Drainer.ExpectMsg<EgressProtocol.Drained>();
    }

    [Fact]
    public void Feeds_end_when_a_drain_begins()
    {
        Start(Component(null, ComponentMode.Server, "stored"));
        Join("one");
        ExpectBus("feed stored one");

        Drain();

        ExpectBus("stop receiving", "end stored");
    }

    [Fact]
    public void A_peer_that_comes_during_a_drain_is_fed_nothing_and_not_waited_for()
    {
        Start(Component(null, ComponentMode.Server, "stored"));
        var (one, delivery) = Join("one");
        Publish(1);
        ExpectSent(one, "m-1");
        Drain();
        ExpectBus("feed stored one", "stop receiving", "end stored");

        var (_, late) = Join("late");
        Settle(late);
        Ack(one, delivery, "m-1");

        Drainer.ExpectMsg<EgressProtocol.Drained>();
        ExpectNothing(BusLog);
    }

    [Fact]
    public void A_delivery_that_restarts_during_a_drain_is_still_waited_for_and_no_longer_than_needed()
    {
        Start(Component(null, ComponentMode.Server, "stored"));
        var (one, delivery) = Join("one");
        Publish(1);
        ExpectSent(one, "m-1");
        Drain();
        ExpectBus("feed stored one", "stop receiving", "end stored");
        Settle(delivery);

        delivery.Tell(Kill.Instance);
        ExpectSent(one, "m-1");
        ExpectNothing(Drainer);
        Ack(one, delivery, "m-1");

        Drainer.ExpectMsg<EgressProtocol.Drained>();
    }

    private void Drain() => Egress.Tell(EgressProtocol.Drain.Instance, Drainer);
}
