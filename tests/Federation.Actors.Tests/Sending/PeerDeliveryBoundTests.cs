using Federation.Actors.Sending;

namespace Federation.Actors.Tests.Sending;

public sealed class PeerDeliveryBoundTests
{
    private static readonly TimeSpan Start = TimeSpan.Zero;

    [Fact]
    public void The_oldest_that_waits_gives_way_when_too_many_do()
    {
        var kit = new PeerDeliveryKit(new EgressSettings { QueueSize = 2 });
        var oldest = kit.Offer(Outbound.Message(1));
        kit.Offer(Outbound.Message(2));
        kit.Offer(Outbound.Message(3));
        kit.Delivery.Connect("edge");

        Assert.Equal("m-2 m-3", kit.Take(0));
        Assert.Equal(1, kit.Dropped("peer_away"));
        Assert.Equal(1, oldest.DoneCount);
        kit.AssertConserved();
    }

    [Fact]
    public void The_oldest_that_waits_gives_way_when_it_is_too_much()
    {
        var kit = new PeerDeliveryKit(new EgressSettings { QueueBytes = 100 });
        kit.Offer(Outbound.Message(1, 50));
        kit.Offer(Outbound.Message(2, 50));
        kit.Offer(Outbound.Message(3, 10));
        kit.Offer(Outbound.Message(4, 500));
        kit.Delivery.Connect("edge");

        Assert.Equal("m-4", kit.Take(0));
        Assert.Equal(3, kit.Dropped("peer_away"));
    }

    [Fact]
    public void The_oldest_gives_way_also_behind_a_window_that_is_full()
    {
        var kit = PeerDeliveryKit.Connected(new EgressSettings { QueueSize = 2, MaxInFlight = 1 });
        for (var number = 1; number <= 4; number++)
        {
            kit.Offer(Outbound.Message(number));
            kit.Take(0);
        }

        Assert.Equal(1, kit.Dropped("slow_peer"));
        kit.Ack("m-1");
        Assert.Equal("m-3", kit.Take(0));
    }

    [Fact]
    public void Nothing_is_dropped_that_can_be_sent_at_once()
    {
        var kit = PeerDeliveryKit.Connected(new EgressSettings { QueueSize = 1 });
        kit.Offer(Outbound.Message(1));
        kit.Offer(Outbound.Message(2));
        kit.Offer(Outbound.Message(3));

        Assert.Equal("m-1 m-2 m-3", kit.Take(0));
        Assert.Equal(0, kit.Dropped("slow_peer"));
    }

    [Fact]
    public void Queue_bytes_counts_payloads_and_not_the_envelopes_around_them()
    {
        var delivery = PeerDeliveryKit.Connected(new EgressSettings { QueueSize = 100_000 });
        for (var number = 1; number <= 100_000; number++)
        {
            delivery.Delivery.Offer(Outbound.Envelope(number, length: 150));
        }

        delivery.Take(0);

        Assert.Equal(0, delivery.Dropped("slow_peer"));
        Assert.Equal(100_000, delivery.Delivery.Held);
    }

    [Fact]
    public void What_a_stream_keeps_takes_no_room_from_the_rest()
    {
        var kit = PeerDeliveryKit.Connected(new EgressSettings { QueueSize = 2, QueueBytes = 100, MaxInFlight = 1 });
        for (var number = 1; number <= 5; number++)
        {
            kit.Offer(Outbound.Stored(number, 60));
        }

        kit.Offer(Outbound.Message(1));
        kit.Offer(Outbound.Message(2));
        kit.Take(0);

        Assert.Equal(0, kit.Dropped("slow_peer"));
        Assert.Equal(7, kit.Delivery.Held);
    }

    [Fact]
    public void What_came_from_the_peer_is_not_sent_back()
    {
        var kit = PeerDeliveryKit.Connected();
        kit.Offer(Outbound.Message(1, from: "edge"));
        kit.Offer(Outbound.Message(2, from: "edge2"));
        var stored = kit.Offer(Outbound.Stored(3, from: "edge"));

        Assert.Equal("m-2", kit.Take(0));
        Assert.Equal(2, kit.Dropped("echo"));
        Assert.Equal((1, 0), (stored.DoneCount, stored.ReturnCount));
    }

    [Fact]
    public void What_the_peer_has_not_asked_for_is_dropped_until_another_connection()
    {
        var kit = PeerDeliveryKit.Connected();
        kit.Delivery.Limits.Filter = Filters.Of("""{"subjects":["b"]}""");
        kit.Offer(Outbound.Message(1));
        kit.Offer(Outbound.Message(2, subject: "b"));
        Assert.Equal("m-2", kit.Take(0));
        Assert.Equal(1, kit.Dropped("filtered"));

        kit.Delivery.Connect("edge");
        kit.Offer(Outbound.Message(3));

        Assert.Equal("m-3", kit.Take(0));
    }

    [Fact]
    public void What_the_peer_announces_and_what_it_subscribes_to_both_hold()
    {
        var kit = PeerDeliveryKit.Connected();
        kit.Delivery.Limits.Filter = Filters.Of("""{"subjects":["a","b"]}""");
        kit.Delivery.Limits.Announce(null, Filters.Of("""{"subjects":["b","c"]}"""), Start);
        kit.Offer(Outbound.Message(1, subject: "a"));
        kit.Offer(Outbound.Message(2, subject: "b"));
        kit.Offer(Outbound.Message(3, subject: "c"));

        Assert.Equal("m-2", kit.Take(0));
    }

    [Fact]
    public void Paused_nothing_is_sent_until_that_is_lifted()
    {
        var kit = PeerDeliveryKit.Connected(new EgressSettings { AckTimeout = TimeSpan.FromSeconds(10) });
        kit.Offer(Outbound.Message(1));
        kit.Take(0);
        Assert.Equal(0, kit.Delivery.Limits.Request(0, Start));
        kit.Offer(Outbound.Message(2));

        Assert.Equal("", kit.Take(1));
        Assert.Equal("", kit.Take(11));
        Assert.Null(kit.NextAt(11));
        Assert.Null(kit.Delivery.Limits.Request(null, TimeSpan.FromSeconds(12)));
        Assert.Equal("m-1 m-2", kit.Take(12));
    }

    [Fact]
    public void The_lowest_of_the_rates_holds()
    {
        var kit = PeerDeliveryKit.Connected(new EgressSettings { MaxRate = 100 });

        Assert.Equal(50, kit.Delivery.Limits.Request(50, Start));
        kit.Delivery.Limits.Announce(20, MessageFilter.All, Start);
        Assert.Equal(20, kit.Delivery.Limits.Request(50, Start));
        kit.Delivery.Limits.Announce(null, MessageFilter.All, Start);
        Assert.Equal(100, kit.Delivery.Limits.Request(null, Start));
    }

    [Fact]
    public void What_a_connection_has_asked_for_ends_with_it()
    {
        var kit = PeerDeliveryKit.Connected();
        kit.Delivery.Limits.Request(0, Start);
        kit.Offer(Outbound.Message(1));

        kit.Delivery.Connect("edge");

        Assert.Equal("m-1", kit.Take(0));
    }

    [Fact]
    public void A_slow_peer_gets_half_as_much_and_more_each_second()
    {
        var kit = PeerDeliveryKit.Connected();

        kit.Delivery.Limits.Slow(Start, 100);

        kit.Take(0);
        Assert.Equal(50, kit.Delivery.Limits.Rate);
        kit.Take(2);
        Assert.Equal(60, kit.Delivery.Limits.Rate!.Value, 6);
        kit.Take(10);
        Assert.Null(kit.Delivery.Limits.Rate);
    }

    [Fact]
    public void A_capped_peer_gets_the_next_message_when_the_rate_allows()
    {
        var kit = PeerDeliveryKit.Connected(new EgressSettings { MaxRate = 2 });
        kit.Offer(Outbound.Message(1));
        kit.Offer(Outbound.Message(2));

        Assert.Equal("m-1", kit.Take(0));
        Assert.Equal(0.5, kit.NextAt(0));
        Assert.Equal("m-2", kit.Take(0.5));
    }

    [Fact]
    public void Without_a_connection_nothing_is_sent_and_nothing_is_due()
    {
        var kit = new PeerDeliveryKit(new EgressSettings());
        kit.Offer(Outbound.Message(1));

        Assert.Equal("", kit.Take(0));
        Assert.Null(kit.NextAt(0));
    }
}
