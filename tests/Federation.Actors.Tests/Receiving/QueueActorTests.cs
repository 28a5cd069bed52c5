using Federation.Actors.Diagnostics;
using Federation.Actors.Messages;
using Federation.Actors.Protocol;

namespace Federation.Actors.Tests.Receiving;

public sealed class QueueActorTests : QueueKit
{
    [Fact]
    public void Messages_go_to_the_publisher_and_their_acks_to_who_sent_them_in_arrival_order()
    {
        Start(OverflowPolicy.DropOldest, 100);
        var (a, b) = (Connect(), Connect());
        var lease = Open(2);

        Offer(a, "a1", "a2");
        Offer(b, "b1");
        Offer(a, "a3");

        ExpectPublish(lease, 0, "a1", "a2");
        ExpectPublish(lease, 1, "b1");
        ExpectSilence();

        Settled(lease, 0);
        ExpectAcked(a, "a1", "a2");
        ExpectPublish(lease, 2, "a3");
        ExpectSilence();

        Settled(lease, 1);
        ExpectAcked(b, "b1");
        Settled(lease, 2);
        ExpectAcked(a, "a3");
        ExpectSilence();
    }

    [Fact]
    public void Each_ack_is_counted_with_the_time_since_the_message_came()
    {
        Start(OverflowPolicy.DropOldest, 100);
        var a = Connect();
        var lease = Open(2);
        Offer(a, "a1", "a2");
        ExpectPublish(lease, 0, "a1", "a2");

        AdvanceMilliseconds(250);
        Settled(lease, 0);
        ExpectAcked(a, "a1", "a2");

        Assert.Equal(2, Metrics.AckDuration.Count);
        Assert.Equal(TimeSpan.FromSeconds(0.5), Metrics.AckDuration.Sum);
    }

    [Fact]
    public void What_waits_for_the_publisher_goes_out_as_one_group()
    {
        Start(OverflowPolicy.DropOldest, 100);
        var (a, b) = (Connect(), Connect());
        Offer(a, "a1", "a2");
        Offer(b, "b1");

        var lease = Open(4);

        ExpectPublish(lease, 0, "a1", "a2", "b1");
        Settled(lease, 0);
        ExpectAcked(a, "a1", "a2");
        ExpectAcked(b, "b1");
        ExpectSilence();
    }

    [Fact]
    public void Drop_oldest_evicts_the_head_and_nacks_it()
    {
        Start(OverflowPolicy.DropOldest, 3);
        var (a, b) = (Connect(), Connect());
        Offer(a, "a1", "a2");

        Offer(b, "b1", "b2", "b3");

        ExpectNacked(a, NackReason.QueueFull, QueueFull, "a1", "a2");
        var lease = Open(2);
        ExpectPublish(lease, 0, "b1", "b2", "b3");
        Assert.Equal(2, Metrics.Dropped(NackReason.QueueFull).Value);
    }

    [Fact]
    public void Drop_oldest_nacks_the_newcomer_when_all_is_in_flight()
    {
        Start(OverflowPolicy.DropOldest, 2);
        var (a, b) = (Connect(), Connect());
        var lease = Open(2);
        Offer(a, "a1", "a2");
        ExpectPublish(lease, 0, "a1", "a2");

        Offer(b, "b1");

        ExpectNacked(b, NackReason.QueueFull, QueueFull, "b1");
        Settled(lease, 0);
        ExpectAcked(a, "a1", "a2");
    }

    [Fact]
    public void Drop_newest_nacks_the_newcomer()
    {
        Start(OverflowPolicy.DropNewest, 3);
        var (a, b) = (Connect(), Connect());
        Offer(a, "a1", "a2");

        Offer(b, "b1", "b2", "b3");

        ExpectNacked(b, NackReason.QueueFull, QueueFull, "b2", "b3");
        ExpectPublish(Open(2), 0, "a1", "a2", "b1");
    }

    [Theory]
    [InlineData(OverflowPolicy.DropOldest)]
    [InlineData(OverflowPolicy.DropNewest)]
    public void A_policy_that_drops_gives_the_credit_back_at_once(OverflowPolicy policy)
    {
        Start(policy, 1);

        var credits = OfferWithCredit(Connect(), "a1", "a2", "a3");

        Settle(Queue);
        Assert.Equal(1, credits.Returned);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Block_takes_in_what_fits_and_the_rest_as_room_comes(bool enabled)
    {
        Start(enabled ? OverflowPolicy.Block : OverflowPolicy.DropOldest, 2, enabled);
        var a = Connect();
        var credits = OfferWithCredit(a, "a1", "a2", "a3", "a4", "a5");
        var later = OfferWithCredit(a, "a6");

        var lease = Open(2);
        ExpectPublish(lease, 0, "a1", "a2");
        Settled(lease, 0);
        ExpectAcked(a, "a1", "a2");
        ExpectPublish(lease, 1, "a3", "a4");
        Settle(Queue);
        Assert.Equal((0, 0), (credits.Returned, later.Returned));

        Settled(lease, 1);
        ExpectAcked(a, "a3", "a4");
        ExpectPublish(lease, 2, "a5", "a6");
        Settle(Queue);
        Assert.Equal((1, 1), (credits.Returned, later.Returned));
        Assert.Equal(0, Metrics.Dropped(NackReason.QueueFull).Value);
    }

    [Fact]
    public void A_message_over_the_byte_bound_passes_alone()
    {
        Start(OverflowPolicy.Block, 100, bytes: 10);
        var a = Connect();
        var lease = Open(4);

        Offer(a, "a1", "a2");

        ExpectPublish(lease, 0, "a1");
        Settle(Queue);
        ExpectNothing(Publisher);
        Settled(lease, 0);
        ExpectPublish(lease, 1, "a2");
    }

    [Fact]
    public void Refusals_become_nacks_between_the_acks()
    {
        Start(OverflowPolicy.DropOldest, 100);
        var (a, b) = (Connect(), Connect());
        var (first, second) = (Batches.From(a, "a1", "a2", "a3", "a4"), Batches.From(b, "b1", "b2"));
        Queue.Tell(first, a);
        Queue.Tell(second, b);
        var lease = Open(2);
        ExpectPublish(lease, 0, "a1", "a2", "a3", "a4", "b1", "b2");

        Settled(
            lease,
            0,
            new Refusal(first, 1, NackReason.TooLarge, "too large"),
            new Refusal(first, 3, NackReason.PublishFailed, "no"),
            new Refusal(second, 0, NackReason.TooLarge, "too large too"));

        ExpectAcked(a, "a1");
        ExpectNacked(a, NackReason.TooLarge, "too large", "a2");
        ExpectAcked(a, "a3");
        ExpectNacked(a, NackReason.PublishFailed, "no", "a4");
        ExpectNacked(b, NackReason.TooLarge, "too large too", "b1");
        ExpectAcked(b, "b2");
        ExpectSilence();
        Assert.Equal(3, Metrics.AcksSent.Value);
        Assert.Equal(2, Metrics.NacksSent(NackReason.TooLarge).Value);
        Assert.Equal(1, Metrics.NacksSent(NackReason.PublishFailed).Value);
    }

    [Fact]
    public void Messages_without_an_id_count_as_no_answer()
    {
        Start(OverflowPolicy.DropOldest, 100);
        var a = Connect();
        var lease = Open(2);
        Offer(a, "a1", "", "a2");
        Publisher.ExpectMsg<QueueProtocol.Publish>();

        Settled(lease, 0);

        Assert.Equal(3, a.ExpectMsg<QueueProtocol.Acked>().Range.Count);
        Assert.Equal(2, Metrics.AcksSent.Value);
    }

    [Fact]
    public void A_group_has_no_more_messages_than_its_limit()
    {
        Start(OverflowPolicy.DropOldest, 3000);
        string[] ids = [.. Enumerable.Range(0, 1500).Select(n => $"m{n}")];
        Offer(Connect(), ids);

        var lease = Open(4);

        ExpectPublish(lease, 0, ids[..1024]);
        ExpectPublish(lease, 1, ids[1024..]);
    }

    [Fact]
    public void Health_hears_from_a_queue_that_starts_anew_how_it_is()
    {
        Start(OverflowPolicy.Block, 2);
        Connect();
        Assert.Equal(new HealthProtocol.QueueFull("edge-in", Full: false), Health.ExpectMsg<HealthProtocol.QueueFull>());

        Fail();

        Assert.Equal(new HealthProtocol.QueueFull("edge-in", Full: false), Health.ExpectMsg<HealthProtocol.QueueFull>());
    }

    [Fact]
    public void Health_hears_when_the_queue_is_full_or_slow_and_when_it_has_room()
    {
        Start(OverflowPolicy.Block, 2);
        var lease = Open(1);
        var a = Connect();

        Offer(a, "a1");
        Assert.Equal(new HealthProtocol.QueueFull("edge-in", Full: false), Health.ExpectMsg<HealthProtocol.QueueFull>());
        Offer(a, "a2");
        Assert.Equal(new HealthProtocol.QueueFull("edge-in", Full: true), Health.ExpectMsg<HealthProtocol.QueueFull>());
        Assert.Equal(new HealthProtocol.QueueSlow("edge-in", Slow: true, 1), Health.ExpectMsg<HealthProtocol.QueueSlow>());

        Settled(lease, 0);
        Assert.Equal(new HealthProtocol.QueueFull("edge-in", Full: false), Health.ExpectMsg<HealthProtocol.QueueFull>());
        Assert.Equal(new HealthProtocol.QueueSlow("edge-in", Slow: false, 0.5), Health.ExpectMsg<HealthProtocol.QueueSlow>());
        Settle(Queue);
        ExpectNothing(Health);
        Assert.Equal(1, Metrics.QueueDepth.Value);
        Assert.Equal(0.5, Metrics.QueueUtilization.Value);
    }
}
