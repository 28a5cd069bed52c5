using Akka.Actor;
using Federation.Actors.Diagnostics;
using Federation.Actors.Messages;
using Federation.Actors.Protocol;

namespace Federation.Actors.Tests.Receiving;

public sealed class QueueActorLeaseTests : QueueKit
{
    [Fact]
    public void No_more_groups_are_given_out_than_were_asked_for()
    {
        Start(OverflowPolicy.DropOldest, 100);
        var a = Connect();
        var lease = Open(2);

        Offer(a, "a1");
        Offer(a, "a2");
        Offer(a, "a3");
        Offer(a, "a4");

        ExpectPublish(lease, 0, "a1");
        ExpectPublish(lease, 1, "a2");
        ExpectSilence();
        Settled(lease, 0);
        ExpectPublish(lease, 2, "a3", "a4");
    }

    [Fact]
    public void Opening_again_gives_out_the_same_messages_in_the_same_order()
    {
        Start(OverflowPolicy.DropOldest, 100);
        var a = Connect();
        var first = Open(2);
        Offer(a, "a1");
        Offer(a, "a2");
        Offer(a, "a3");
        ExpectPublish(first, 0, "a1");
        ExpectPublish(first, 1, "a2");

        var second = Open(2);

        Assert.NotEqual(first, second);
        ExpectPublish(second, 0, "a1", "a2", "a3");
        ExpectSilence();
    }

    [Fact]
    public void A_settled_of_an_older_lease_is_not_listened_to()
    {
        Start(OverflowPolicy.DropOldest, 100);
        var a = Connect();
        var first = Open(2);
        Offer(a, "a1");
        ExpectPublish(first, 0, "a1");
        var second = Open(2);
        ExpectPublish(second, 0, "a1");

        Settled(first, 0);
        ExpectSilence();

        Settled(second, 0);
        ExpectAcked(a, "a1");
        ExpectSilence();
    }

    [Fact]
    public void After_a_close_messages_wait_until_the_publisher_opens_again()
    {
        Start(OverflowPolicy.DropOldest, 100);
        var a = Connect();
        var first = Open(2);
        Offer(a, "a1");
        ExpectPublish(first, 0, "a1");

        Queue.Tell(QueueProtocol.Close.Instance, Publisher);
        Offer(a, "a2");
        Settled(first, 0);
        ExpectSilence();

        ExpectPublish(Open(2), 0, "a1", "a2");
    }

    [Fact]
    public void After_a_close_what_was_in_flight_may_be_evicted()
    {
        Start(OverflowPolicy.DropOldest, 2);
        var a = Connect();
        ExpectPublishAfterOpen(a, "a1", "a2");
        Queue.Tell(QueueProtocol.Close.Instance, Publisher);

        Offer(a, "a3");

        ExpectNacked(a, NackReason.QueueFull, QueueFull, "a1");
    }

    [Fact]
    public void A_queue_that_fails_keeps_its_messages_and_asks_the_publisher_to_open_again()
    {
        Start(OverflowPolicy.DropOldest, 100);
        var a = Connect();
        var first = Open(1);
        Offer(a, "a1", "a2");
        ExpectPublish(first, 0, "a1", "a2");
        Offer(a, "a3");

        Fail();

        Publisher.ExpectMsg<QueueProtocol.Reopen>();
        Settled(first, 0);
        ExpectSilence();
        var second = Open(2);
        ExpectPublish(second, 0, "a1", "a2", "a3");
        Settled(second, 0);
        ExpectAcked(a, "a1", "a2");
        ExpectAcked(a, "a3");
        ExpectSilence();
    }

    [Fact]
    public void What_a_publisher_may_still_be_reading_is_not_evicted_after_a_failure()
    {
        Start(OverflowPolicy.DropOldest, 2);
        var a = Connect();
        ExpectPublishAfterOpen(a, "a1", "a2");

        Fail();
        Offer(a, "a3");

        ExpectNacked(a, NackReason.QueueFull, QueueFull, "a3");
        Publisher.ExpectMsg<QueueProtocol.Reopen>();
        ExpectPublish(Open(2), 0, "a1", "a2");
    }

    [Fact]
    public void A_settled_that_belongs_to_nothing_fails_the_queue_and_loses_no_message()
    {
        Start(OverflowPolicy.DropOldest, 100);
        var a = Connect();
        var first = Open(1);

        EventFilter.Exception<InvalidOperationException>().ExpectOne(() => Settled(first, 0));
        Offer(a, "a1");

        Publisher.ExpectMsg<QueueProtocol.Reopen>();
        ExpectSilence();
        ExpectPublish(Open(1), 0, "a1");
    }

    [Fact]
    public void What_waits_for_room_survives_a_failure_and_so_does_its_credit()
    {
        Start(OverflowPolicy.Block, 2);
        var a = Connect();
        var credits = OfferWithCredit(a, "a1", "a2", "a3");

        Fail();
        Settle(Queue);
        Assert.Equal(0, credits.Returned);

        var lease = Open(2);
        ExpectPublish(lease, 0, "a1", "a2");
        Settled(lease, 0);
        ExpectPublish(lease, 1, "a3");
        Settle(Queue);
        Assert.Equal(1, credits.Returned);
    }

    [Fact]
    public void Answers_to_a_connection_that_has_ended_only_free_its_memory()
    {
        Start(OverflowPolicy.DropOldest, 100);
        var (a, b) = (Connect(), Connect());
        var lease = Open(1);
        var batch = Batches.From(a, "a1");
        Queue.Tell(batch, a);
        ExpectPublish(lease, 0, "a1");

        StopAndSettle(a);
        Assert.False(Batches.IsFreed(batch));
        Settled(lease, 0);
        Offer(b, "b1");

        ExpectPublish(lease, 1, "b1");
        Assert.True(Batches.IsFreed(batch));
    }

    [Fact]
    public void The_end_of_a_connection_is_seen_by_a_queue_that_has_restarted()
    {
        Start(OverflowPolicy.DropOldest, 100);
        var a = Connect();
        var batch = Batches.From(a, "a1");
        Queue.Tell(batch, a);
        Fail();

        StopAndSettle(a);
        var lease = Open(1);
        ExpectPublish(lease, 0, "a1");
        Settled(lease, 0);

        Settle(Queue);
        Assert.True(Batches.IsFreed(batch));
    }

    private void ExpectPublishAfterOpen(global::Akka.TestKit.TestProbe connection, params string[] ids)
    {
        var lease = Open(2);
        Offer(connection, ids);
        ExpectPublish(lease, 0, ids);
    }

    /// <summary>Returns when the queue knows that the connection has ended.</summary>
    private void StopAndSettle(global::Akka.TestKit.TestProbe connection)
    {
        var watcher = CreateTestProbe();
        watcher.Watch(connection);
        Sys.Stop(connection);
        watcher.ExpectTerminated(connection);
        Queue.Tell(new ConnectionProtocol.Ended(connection, new PeerMeter("edge", "nowhere")));
        Settle(Queue);
    }
}
