using Akka.TestKit;
using Federation.Actors.Messages;
using Federation.Actors.Protocol;

namespace Federation.Actors.Tests.Receiving;

public sealed class QueueActorSlowTests : QueueKit
{
    [Fact]
    public void Every_connection_is_told_when_the_queue_rises_above_the_threshold()
    {
        Start(OverflowPolicy.DropOldest, 10);
        var (sender, other) = (Connect(hearsSlow: true), Connect(hearsSlow: true));
        Offer(sender, Numbered(8));
        ExpectSilence();

        Offer(sender, "m8");

        ExpectSlow(sender, 9);
        ExpectSlow(other, 9);
        ExpectSilence();
    }

    [Fact]
    public void It_is_told_again_each_second_while_the_queue_stays_above()
    {
        Start(OverflowPolicy.DropOldest, 10);
        var sender = Connect(hearsSlow: true);
        Offer(sender, Numbered(9));
        ExpectSlow(sender, 9);

        AdvanceMilliseconds(999);
        Offer(sender, "m9");
        ExpectSilence();

        AdvanceMilliseconds(1);
        ExpectSlow(sender, 10);
        ExpectSilence();

        AdvanceMilliseconds(1000);
        ExpectSlow(sender, 10);
        ExpectSilence();
    }

    [Fact]
    public void It_stops_when_the_queue_has_sunk_to_the_threshold()
    {
        Start(OverflowPolicy.DropOldest, 10);
        var sender = Connect(hearsSlow: true);
        Offer(sender, "m0");
        var lease = Open(1);
        ExpectPublish(lease, 0, "m0");
        Offer(sender, Numbered(8));
        ExpectSlow(sender, 9);

        Settled(lease, 0);
        ExpectAcked(sender, "m0");
        ExpectPublish(lease, 1, Numbered(8));
        AdvanceMilliseconds(1000);
        Settle(Queue);
        AdvanceMilliseconds(5000);
        ExpectSilence();
    }

    [Fact]
    public void A_drained_queue_that_fills_again_tells_again_when_a_second_has_passed()
    {
        Start(OverflowPolicy.DropOldest, 10);
        var sender = Connect(hearsSlow: true);
        Offer(sender, Numbered(9));
        ExpectSlow(sender, 9);
        var lease = Open(1);
        ExpectPublish(lease, 0, Numbered(9));
        Settled(lease, 0);
        ExpectAcked(sender, Numbered(9));

        Offer(sender, Numbered(9));
        ExpectPublish(lease, 1, Numbered(9));
        AdvanceMilliseconds(999);
        ExpectSilence();

        AdvanceMilliseconds(1);
        ExpectSlow(sender, 9);
        ExpectSilence();
    }

    [Fact]
    public void Bytes_count_as_well_as_messages()
    {
        Start(OverflowPolicy.DropOldest, 1000, bytes: Batches.Envelope("m0").Length * 5);
        var sender = Connect(hearsSlow: true);

        Offer(sender, Numbered(5));

        var notice = sender.ExpectMsg<QueueProtocol.Slow>().Notice;
        Assert.Equal(new SlowNotice(5, 1000, 1.0, 0.80), notice);
    }

    [Fact]
    public void Without_backpressure_nothing_is_told()
    {
        Start(OverflowPolicy.DropOldest, 10, enabled: false);
        var sender = Connect(hearsSlow: true);

        Offer(sender, Numbered(12));

        Settle(Queue);
        AdvanceMilliseconds(3000);
        ExpectSilence();
    }

    [Fact]
    public void A_queue_that_restarts_while_full_and_hears_nothing_goes_on_telling()
    {
        Start(OverflowPolicy.DropOldest, 10);
        var sender = Connect(hearsSlow: true);
        Offer(sender, Numbered(9));
        ExpectSlow(sender, 9);

        Fail();
        AdvanceMilliseconds(1000);
        ExpectSlow(sender, 9);
        AdvanceMilliseconds(1000);

        ExpectSlow(sender, 9);
    }

    private static string[] Numbered(int count) => [.. Enumerable.Range(0, count).Select(n => $"m{n}")];

    private static void ExpectSlow(TestProbe connection, int depth) =>
        Assert.Equal(new SlowNotice(depth, 10, depth / 10.0, 0.80), connection.ExpectMsg<QueueProtocol.Slow>().Notice);
}
