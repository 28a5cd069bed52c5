using Federation.Actors.Sending;

namespace Federation.Actors.Tests.Sending;

public sealed class AtMostOnceTests
{
    private static readonly EgressSettings AtLeastOnce = new()
        { AckTimeout = TimeSpan.FromSeconds(10), RetryDelay = TimeSpan.FromSeconds(1), MaxInFlight = 4, WindowBytes = 100 };

    private static readonly EgressSettings AtMostOnce = AtLeastOnce with { Delivery = DeliveryMode.AtMostOnce };

    [Fact]
    public void At_most_once_what_has_left_is_delivered_and_never_sent_again()
    {
        var kit = PeerDeliveryKit.Connected(AtMostOnce);
        var first = kit.Offer(Outbound.Stored(1));
        var second = kit.Offer(Outbound.Stored(2));
        Assert.Equal("s-1 s-2", kit.Take(0));

        kit.Delivery.Flushed(1);

        Assert.Equal((1, 0), (first.DoneCount, second.DoneCount));
        Assert.Equal(1, kit.Metrics.Delivered.Value);
        Assert.Null(kit.NextAt(0));
        Assert.Equal("", kit.Take(1e6));
    }

    [Fact]
    public void At_most_once_what_was_on_its_way_is_not_sent_on_the_next_connection()
    {
        var kit = PeerDeliveryKit.Connected(AtMostOnce);
        var stored = kit.Offer(Outbound.Stored(1));
        kit.Offer(Outbound.Message(2));
        Assert.Equal("s-1 m-2", kit.Take(0));
        kit.Offer(Outbound.Message(3));

        kit.Delivery.Disconnect();
        kit.Delivery.Connect("edge");

        Assert.Equal("m-3", kit.Take(1));
        Assert.Equal((2, 3), (kit.Dropped("connection_lost"), kit.Metrics.Sent.Value));
        Assert.Equal(1, stored.DoneCount);
    }

    [Fact]
    public void At_most_once_an_answer_does_not_stand_for_having_left()
    {
        var kit = PeerDeliveryKit.Connected(AtMostOnce);
        kit.Offer(Outbound.Message(1));
        var second = kit.Offer(Outbound.Message(2));
        kit.Take(0);

        kit.Ack("m-1");
        kit.Nack("m-2", "queue_full", 0);
        kit.Delivery.Flushed(1);

        Assert.Equal(0, second.DoneCount);
        Assert.Equal(1, kit.Delivery.InFlight);
        Assert.Equal("", kit.Take(1e6));
    }

    [Fact]
    public void Having_left_is_not_enough_where_acks_count()
    {
        var kit = PeerDeliveryKit.Connected(AtLeastOnce);
        kit.Offer(Outbound.Message(1));
        kit.Take(0);

        kit.Delivery.Flushed(1);

        Assert.Equal(1, kit.Delivery.InFlight);
    }
}
