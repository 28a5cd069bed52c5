using Akka.Actor;
using Akka.TestKit;
using Federation.Actors.Messages;
using Federation.Actors.Protocol;

namespace Federation.Actors.Tests.Receiving;

public sealed class QueueActorDrainTests : QueueKit
{
    private static readonly string ShuttingDown = NackReasons.Sentence(NackReason.ShuttingDown);
    private TestProbe? _component;

    private TestProbe Component => _component ??= CreateTestProbe("component");

    [Fact]
    public void An_empty_queue_is_drained_at_once()
    {
        Start(OverflowPolicy.DropOldest, 10);

        Drain();

        ExpectDrained(0);
    }

    [Fact]
    public void A_queue_is_drained_when_its_last_message_is_answered()
    {
        Start(OverflowPolicy.Block, 2);
        var a = Connect();
        Offer(a, "a1", "a2", "a3");
        var lease = Open(2);

        Drain();
        Settled(lease, 0);
        Settle(Queue);
        ExpectNothing(Component);

        Settled(lease, 1);
        ExpectDrained(0);
        ExpectAcked(a, "a1", "a2");
        ExpectAcked(a, "a3");
        Settle(Queue);
        ExpectNothing(Component);
    }

    [Fact]
    public void A_restart_does_not_forget_who_waits_for_the_drain()
    {
        Start(OverflowPolicy.DropOldest, 10);
        Offer(Connect(), "a1");
        Drain();

        Fail();
        Settled(Open(1), 0);

        ExpectDrained(0);
    }

    [Fact]
    public void What_is_abandoned_is_nacked_and_counted_wherever_it_stands()
    {
        Start(OverflowPolicy.Block, 3);
        var (a, b) = (Connect(), Connect());
        var lease = Open(1);
        Offer(a, "a1");
        ExpectPublish(lease, 0, "a1");
        Offer(b, "b1", "b2", "b3", "b4");

        Abandon();

        ExpectDrained(5);
        ExpectNacked(a, NackReason.ShuttingDown, ShuttingDown, "a1");
        ExpectNacked(b, NackReason.ShuttingDown, ShuttingDown, "b1", "b2");
        ExpectNacked(b, NackReason.ShuttingDown, ShuttingDown, "b3", "b4");
        Settled(lease, 0);
        ExpectSilence();
        Assert.Equal(0, Metrics.QueueDepth.Value);
    }

    [Fact]
    public void Memory_of_what_is_abandoned_never_goes_back_to_its_pool()
    {
        Start(OverflowPolicy.DropOldest, 10);
        var batch = Batches.Of("a1", "a2");
        Queue.Tell(batch, ActorRefs.NoSender);

        Abandon();

        ExpectDrained(2);
        Assert.False(Batches.IsFreed(batch));
    }

    [Fact]
    public void A_drain_that_was_waited_for_is_answered_once_when_it_is_abandoned()
    {
        Start(OverflowPolicy.DropOldest, 10);
        Offer(Connect(), "a1");
        Drain();

        Abandon();

        ExpectDrained(1);
        Settle(Queue);
        ExpectNothing(Component);
    }

    private void Drain() => Queue.Tell(QueueProtocol.Drain.Instance, Component);

    private void Abandon() => Queue.Tell(QueueProtocol.Abandon.Instance, Component);

    private void ExpectDrained(int abandoned) =>
        Assert.Equal(new QueueProtocol.Drained(abandoned), Component.ExpectMsg<QueueProtocol.Drained>());
}
