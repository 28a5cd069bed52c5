using Federation.Actors.Protocol;
using Federation.Actors.Sending;

namespace Federation.Actors.Tests.Sending;

public sealed class PeerDeliveryTests
{
    private static readonly EgressSettings Settings = new()
        { AckTimeout = TimeSpan.FromSeconds(10), RetryDelay = TimeSpan.FromSeconds(1), MaxInFlight = 4, WindowBytes = 100 };

    private static readonly int EmptyTail = ",\"via\":[],\"payload\":}".Length;

    private readonly PeerDeliveryKit _kit = PeerDeliveryKit.Connected(Settings);

    [Fact]
    public void What_is_offered_is_sent_in_order_and_once()
    {
        _kit.Offer(Outbound.Message(1));
        _kit.Offer(Outbound.Stored(7));
        _kit.Offer(Outbound.Message(2));

        Assert.Equal("m-1 s-7 m-2", _kit.Take(0));
        Assert.Equal("", _kit.Take(9.9));
    }

    [Fact]
    public void What_is_larger_than_the_other_end_takes_is_given_up_before_it_ends_the_connection()
    {
        var dead = new List<DeadMessage>();

        // Each has a subject of one byte, which a batch frame holds although the envelope does not.
        var delivery = new PeerDelivery(Settings, _kit.Metrics, dead.Add, maxLength: OutboundMessage.HeadLength + 51);
        delivery.Connect("edge");
        var large = Outbound.Message(1, length: 51 - EmptyTail);
        delivery.Offer(large);
        delivery.Offer(large.Again(new OutboundSource("n-"), 2));
        delivery.Offer(Outbound.Message(3, length: 50 - EmptyTail));

        Assert.Equal(3, Assert.Single(delivery.Take(TimeSpan.Zero)).Number);
        Assert.Equal([DropReason.TooLarge, DropReason.TooLarge], dead.Select(static given => given.Reason));
    }

    [Fact]
    public void An_ack_ends_a_message_and_a_second_one_is_unknown()
    {
        var message = _kit.Offer(Outbound.Stored(1));
        _kit.Take(0);

        Assert.True(_kit.Ack("s-1"));
        Assert.False(_kit.Ack("s-1"));

        Assert.Equal((1, 0), (message.DoneCount, message.ReturnCount));
        Assert.Equal(1, _kit.Metrics.Delivered.Value);
        Assert.Equal(0, _kit.Delivery.Held);
    }

    [Theory]
    [InlineData("m-2")]
    [InlineData("s-1")]
    [InlineData("m-")]
    [InlineData("m-1 ")]
    [InlineData("")]
    [InlineData("m-99999999999999999999")]
    public void An_answer_to_what_is_not_on_its_way_changes_nothing(string id)
    {
        _kit.Offer(Outbound.Message(1));
        _kit.Take(0);

        Assert.False(_kit.Ack(id));
        Assert.False(_kit.Nack(id, "too_large", 0));

        Assert.Equal(1, _kit.Delivery.InFlight);
    }

    [Fact]
    public void An_ack_of_what_only_waits_changes_nothing()
    {
        _kit.Offer(Outbound.Message(1));

        Assert.False(_kit.Ack("m-1"));

        Assert.Equal("m-1", _kit.Take(0));
    }

    [Fact]
    public void The_window_bounds_what_is_on_its_way()
    {
        for (var number = 1; number <= 6; number++)
        {
            _kit.Offer(Outbound.Message(number));
        }

        Assert.Equal("m-1 m-2 m-3 m-4", _kit.Take(0));
        _kit.Ack("m-3");
        Assert.Equal("m-5", _kit.Take(0));
    }

    [Fact]
    public void The_window_bounds_bytes_and_one_message_may_be_larger()
    {
        _kit.Offer(Outbound.Message(1, 500));
        _kit.Offer(Outbound.Message(2, 60));
        _kit.Offer(Outbound.Message(3, 60));

        Assert.Equal("m-1", _kit.Take(0));
        _kit.Ack("m-1");
        Assert.Equal("m-2", _kit.Take(0));
        _kit.Ack("m-2");
        Assert.Equal("m-3", _kit.Take(0));
    }

    [Fact]
    public void What_is_not_acked_is_sent_again_when_its_time_is_up()
    {
        _kit.Offer(Outbound.Message(1));
        _kit.Take(0);

        Assert.Equal(10, _kit.NextAt(0));
        Assert.Equal("", _kit.Take(9.999));
        Assert.Equal("m-1", _kit.Take(10));
        Assert.Equal(20, _kit.NextAt(10));
        Assert.Equal((2, 1), (_kit.Metrics.Sent.Value, _kit.Metrics.Resent.Value));
    }

    [Theory]
    [InlineData("publish_failed")]
    [InlineData("queue_full")]
    [InlineData("shutting_down")]
    [InlineData("what the peer likes")]
    [InlineData("")]
    public void What_is_refused_for_now_is_sent_again_after_a_pause(string reason)
    {
        var message = _kit.Offer(Outbound.Stored(1));
        _kit.Take(0);

        Assert.True(_kit.Nack("s-1", reason, 3));

        Assert.Equal(4, _kit.NextAt(3));
        Assert.Equal("", _kit.Take(3.9));
        Assert.Equal("s-1", _kit.Take(4));
        Assert.Equal(0, message.DoneCount + message.ReturnCount);
    }

    [Theory]
    [InlineData("too_large")]
    [InlineData("loop")]
    [InlineData("not_permitted")]
    public void What_is_refused_for_good_is_given_up_at_once(string reason)
    {
        var message = _kit.Offer(Outbound.Stored(1, delivered: 2));
        _kit.Take(0);

        Assert.True(_kit.Nack("s-1", reason, 1));

        Assert.Equal([new DeadMessage(message, "edge", reason, 3)], _kit.Dead);
        Assert.Equal(1, _kit.Dropped(reason));
        Assert.Equal((1, 0), (message.DoneCount, message.ReturnCount));
        Assert.Equal(0, _kit.Delivery.Held);
    }

    [Fact]
    public void What_was_sent_as_often_as_may_be_is_given_up_with_the_count()
    {
        var kit = PeerDeliveryKit.Connected(Settings with { MaxDeliver = 3 });
        var message = kit.Offer(Outbound.Message(1));

        Assert.Equal("m-1", kit.Take(0));
        Assert.Equal("m-1", kit.Take(10));
        Assert.Equal("m-1", kit.Take(20));
        Assert.Equal("", kit.Take(29));
        Assert.Empty(kit.Dead);
        Assert.Equal("", kit.Take(30));

        Assert.Equal([new DeadMessage(message, "edge", "max_deliver", 3)], kit.Dead);
        Assert.Equal(1, kit.Dropped("max_deliver"));
    }

    [Fact]
    public void A_message_that_ends_every_connection_is_given_up_all_the_same()
    {
        var kit = PeerDeliveryKit.Connected(Settings with { MaxDeliver = 2 });
        kit.Offer(Outbound.Message(1));
        kit.Offer(Outbound.Message(2));
        for (var time = 0; time < 2; time++)
        {
            Assert.Equal("m-1", kit.Take(time)[..3]);
            kit.Ack("m-2");
            kit.Delivery.Disconnect();
            kit.Delivery.Connect("edge");
        }

        Assert.Equal("", kit.Take(2));

        Assert.Equal(("m-1", 2), (Outbound.Ids(kit.Dead.Select(static dead => dead.Message)).Single(), kit.Dead[0].Sent));
        kit.AssertConserved();
    }

    [Fact]
    public void What_was_on_its_way_comes_first_again_in_its_old_order()
    {
        for (var number = 1; number <= 6; number++)
        {
            _kit.Offer(Outbound.Message(number));
        }

        _kit.Take(0);
        _kit.Ack("m-2");
        _kit.Nack("m-1", "queue_full", 0);
        _kit.Delivery.Disconnect();
        _kit.Delivery.Connect("edge");

        Assert.Equal("m-1 m-3 m-4 m-5", _kit.Take(0));
        Assert.Equal(3, _kit.Metrics.Resent.Value);
    }

    [Fact]
    public void What_a_stream_keeps_goes_back_there_when_the_connection_ends()
    {
        var sent = _kit.Offer(Outbound.Stored(1));
        _kit.Take(0);
        var waiting = _kit.Offer(Outbound.Stored(2));

        _kit.Delivery.Disconnect();

        Assert.Equal([(0, 1), (0, 1)], new[] { sent, waiting }.Select(static message => (message.DoneCount, message.ReturnCount)));
        Assert.Equal(2, _kit.Metrics.Returned.Value);
        _kit.AssertConserved();
    }

    [Fact]
    public void What_a_stream_gives_out_again_while_it_is_held_is_not_sent_twice()
    {
        var first = _kit.Offer(Outbound.Stored(1));
        _kit.Offer(Outbound.Stored(1));
        Assert.Equal("s-1", _kit.Take(0));
        _kit.Offer(Outbound.Stored(1, delivered: 1));
        Assert.Equal("", _kit.Take(0));

        _kit.Ack("s-1");

        Assert.Equal("", _kit.Take(100));
        Assert.Equal(1, first.DoneCount);
        Assert.Equal(1, _kit.Metrics.Taken.Value);
        _kit.AssertConserved();
    }

    [Fact]
    public void What_a_stream_gives_out_again_after_its_end_is_sent_again()
    {
        _kit.Offer(Outbound.Stored(1));
        _kit.Take(0);
        _kit.Ack("s-1");

        _kit.Offer(Outbound.Stored(1));

        Assert.Equal("s-1", _kit.Take(1));
    }

    [Fact]
    public void What_a_source_keeps_is_touched_wherever_it_is()
    {
        var sent = _kit.Offer(Outbound.Stored(1));
        _kit.Take(0);
        var waiting = _kit.Offer(Outbound.Stored(2));

        _kit.Delivery.Touch();

        Assert.Equal((1, 1), (sent.TouchCount, waiting.TouchCount));
    }

    [Fact]
    public void Closing_returns_what_a_stream_keeps_and_drops_the_rest()
    {
        var stored = _kit.Offer(Outbound.Stored(1));
        _kit.Offer(Outbound.Message(1));
        _kit.Take(0);
        _kit.Offer(Outbound.Message(2));

        _kit.Delivery.Close(DropReason.PeerGone);

        Assert.Equal((0, 1), (stored.DoneCount, stored.ReturnCount));
        Assert.Equal(2, _kit.Dropped("peer_gone"));
        Assert.Equal(0, _kit.Delivery.Held);
        _kit.AssertConserved();
    }
}
