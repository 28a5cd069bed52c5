using Akka.Actor;
using Akka.TestKit;
using Federation.Actors.Messages;
using Federation.Actors.Protocol;

namespace Federation.Actors.Tests.Receiving;

/// <summary>The queue fails in the middle of telling its answers: each is told once, and counted once.</summary>
public sealed class QueueActorAnswerTests : QueueKit
{
    [Fact]
    public void Answers_to_settled_messages_that_were_not_told_yet_are_told_after_a_restart()
    {
        Start(OverflowPolicy.DropOldest, 100);
        var (a, c) = (Connect(), Connect());
        var failing = ConnectFailing(out var b);
        var lease = Open(2);
        Offer(c, "c0");
        ExpectPublish(lease, 0, "c0");
        Offer(a, "a1");
        ExpectPublish(lease, 1, "a1");
        Queue.Tell(Batches.From(failing, "b1", "b2"), failing);
        Offer(c, "c1");
        Settled(lease, 0);
        ExpectPublish(lease, 2, "b1", "b2", "c1");
        Settled(lease, 1);

        EventFilter.Exception<IOException>().ExpectOne(() => Settled(lease, 2));
        Settle(Queue);

        ExpectAcked(c, "c0");
        ExpectAcked(a, "a1");
        ExpectAcked(b, "b1", "b2");
        ExpectAcked(c, "c1");
        Publisher.ExpectMsg<QueueProtocol.Reopen>();
        ExpectSilence();
        AssertCounted(acks: 5, nacks: 0);
    }

    [Fact]
    public void Answers_to_messages_that_gave_way_and_were_not_told_yet_are_told_after_a_restart()
    {
        Start(OverflowPolicy.DropOldest, 3);
        var (a, c) = (Connect(), Connect());
        var failing = ConnectFailing(out var b);
        Offer(a, "a1");
        Queue.Tell(Batches.From(failing, "b1"), failing);
        Offer(c, "c1");

        EventFilter.Exception<IOException>().ExpectOne(() => Offer(a, "a2", "a3", "a4"));
        Settle(Queue);

        ExpectNacked(a, NackReason.QueueFull, QueueFull, "a1");
        ExpectNacked(b, NackReason.QueueFull, QueueFull, "b1");
        ExpectNacked(c, NackReason.QueueFull, QueueFull, "c1");
        ExpectSilence();
        AssertCounted(acks: 0, nacks: 3);
    }

    private void AssertCounted(int acks, int nacks)
    {
        Assert.Equal(acks, Metrics.AcksSent.Value);
        Assert.Equal(nacks, Metrics.NacksSent(NackReason.QueueFull).Value);
        Assert.Equal(nacks, Metrics.Dropped(NackReason.QueueFull).Value);
        Assert.Equal(-acks - nacks, Metrics.InFlight.Value);
    }

    /// <summary>A connection that cannot be told anything at the first attempt.</summary>
    private FailingRef ConnectFailing(out TestProbe told)
    {
        told = CreateTestProbe();
        told.IgnoreMessages(static message => message is QueueProtocol.Slow);
        var failing = new FailingRef(told);
        Queue.Tell(new QueueProtocol.Register(failing));
        return failing;
    }

    private sealed class FailingRef(IActorRef told) : MinimalActorRef
    {
        private int _tells;

        public override ActorPath Path { get; } = new RootActorPath(Address.AllSystems) / "user" / "failing";

        public override IActorRefProvider Provider => throw new NotSupportedException();

        protected override void TellInternal(object message, IActorRef sender)
        {
            if (message is QueueProtocol.Acked or QueueProtocol.Nacked && Interlocked.Increment(ref _tells) == 1)
            {
                throw new IOException("cannot be told");
            }

            told.Tell(message, sender);
        }
    }
}
