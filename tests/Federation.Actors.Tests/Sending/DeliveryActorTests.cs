using Akka.Actor;
using Federation.Actors.Diagnostics;
using Federation.Actors.Messages;
using Federation.Actors.Sending;

namespace Federation.Actors.Tests.Sending;

public sealed class DeliveryActorTests : EgressKit
{
    [Fact]
    public void An_ack_delivers_and_the_credit_of_its_batch_comes_back()
    {
        Start();
        var (connection, delivery) = Join("one");
        Publish(1, 2);
        ExpectSent(connection, "m-1 m-2");

        var source = Ack(connection, delivery, "m-2", "m-2", "m-9", "");
        Settle(delivery);

        Assert.Equal((1, 2), (Metrics.Delivered.Value, Metrics.UnknownAnswers.Value));
        Assert.Equal(1, source.Returned);
    }

    [Fact]
    public void What_is_not_acked_is_sent_again_in_time()
    {
        Start();
        var (connection, delivery) = Join("one");
        Publish(1);
        ExpectSent(connection, "m-1");

        AdvanceMilliseconds(9999);
        Settle(delivery);
        ExpectNothing(connection);
        AdvanceMilliseconds(1);

        ExpectSent(connection, "m-1");
    }

    [Fact]
    public void What_is_nacked_is_sent_again_after_a_pause_and_counted_by_reason()
    {
        Start();
        var (connection, delivery) = Join("one");
        Publish(1);
        ExpectSent(connection, "m-1");

        Answer(connection, delivery, """{"type":"nack","id":"m-1","payload":{"reason":"queue_full","error":"full"}}""");
        Settle(delivery);
        ExpectNothing(connection);
        Advance(TimeSpan.FromSeconds(1));

        ExpectSent(connection, "m-1");
        Assert.Equal((1, 0), (Metrics.Nacked("queue_full").Value, Metrics.UnknownAnswers.Value));
    }

    [Fact]
    public void What_is_refused_for_good_goes_to_the_bus_as_dead()
    {
        Start();
        var (connection, delivery) = Join("one");
        Publish(1);
        ExpectSent(connection, "m-1");

        Answer(connection, delivery, """{"type":"nack","id":"m-1","payload":{"reason":"loop"}}""");

        ExpectBus("dead 1 one loop 1");
    }

    [Fact]
    public void A_slow_signal_is_counted_and_halves_the_rate()
    {
        Start();
        var (connection, delivery) = Join("one");
        Publish([.. Enumerable.Range(1, 100).Select(static number => (long)number)]);
        connection.ExpectMsg<EgressProtocol.Send>();

        Answer(connection, delivery, """{"type":"slow","id":"bp-1","payload":{}}""");

        Assert.Equal(1, WaitForSlow(delivery));
        Assert.Contains("\"adjusted_to\":50", Invoke(connection, "backpressure", """{"rate_limit":90,"unit":"msg/sec"}"""),
            StringComparison.Ordinal);
    }

    [Fact]
    public void A_capped_peer_gets_the_rest_when_it_is_due()
    {
        Start();
        var (connection, delivery) = Join("one");
        Invoke(connection, "backpressure", """{"rate_limit":2,"unit":"msg/sec"}""");
        Publish(1, 2);
        ExpectSent(connection, "m-1");

        AdvanceMilliseconds(499);
        Settle(delivery);
        ExpectNothing(connection);
        AdvanceMilliseconds(1);

        ExpectSent(connection, "m-2");
    }

    [Fact]
    public void A_rate_that_no_clock_lives_to_see_harms_nobody()
    {
        Start();
        var (connection, delivery) = Join("one");
        Invoke(connection, "backpressure", """{"rate_limit":1e-300,"unit":"msg/sec"}""");
        Publish(1, 2);
        ExpectSent(connection, "m-1");
        Settle(delivery);

        Assert.Contains("\"status\":\"ok\"", Invoke(connection, "backpressure", """{"rate_limit":null,"unit":"msg/sec"}"""),
            StringComparison.Ordinal);
        ExpectSent(connection, "m-2");
        Settle(delivery);
        ExpectNothing(connection);
    }

    [Theory]
    [InlineData(0, false, 256)]
    [InlineData(0, true, 300)]
    [InlineData(7, false, 7)]
    [InlineData(7, true, 7)]
    public void Between_two_nodes_more_may_be_in_flight_unless_the_number_is_set(int maxInFlight, bool isBatching, int expected)
    {
        Start(Component(new EgressSettings { MaxInFlight = maxInFlight }));
        var connection = CreateTestProbe();
        Egress.Tell(new ConnectionProtocol.Opened(
            connection, new Actors.Protocol.PeerName("one", Lasting: true), new PeerMeter("one", "10.0.0.1:5"), isBatching));
        connection.ExpectMsg<EgressProtocol.Attached>();

        Publish([.. Enumerable.Range(1, 300)]);

        Assert.Equal(expected, connection.ExpectMsg<EgressProtocol.Send>().Messages.Count);
    }

    [Fact]
    public void At_most_once_what_has_left_counts_as_delivered()
    {
        Start(Component(new EgressSettings { Delivery = DeliveryMode.AtMostOnce, MaxInFlight = 1 }));
        var connection = CreateTestProbe();
        Egress.Tell(new ConnectionProtocol.Opened(
            connection, new Actors.Protocol.PeerName("one", Lasting: true), new PeerMeter("one", "10.0.0.1:5")));
        var attached = connection.ExpectMsg<EgressProtocol.Attached>();
        Publish(1, 2);
        ExpectSent(connection, "m-1");

        attached.Delivery.Tell(new EgressProtocol.Flushed(connection, 1));

        ExpectSent(connection, "m-2");
        Assert.True(attached.WantsFlushed);
        Assert.Equal(1, Metrics.Delivered.Value);
    }

    [Fact]
    public void A_restart_keeps_what_the_peer_has_asked_for()
    {
        Start();
        Advance(TimeSpan.FromHours(5));
        var (connection, delivery) = Join("one");
        Publish(1);
        ExpectSent(connection, "m-1");
        Invoke(connection, "subscribe", """{"subjects":["b"]}""");
        Restart(delivery);

        Publish(2);
        Settle(Egress, delivery);
        ExpectNothing(connection);
        Assert.Equal(2, Metrics.Dropped("filtered").Value);
        Assert.Equal(0, Metrics.Held.Value);
    }

    [Fact]
    public void A_restart_sends_again_what_was_on_its_way()
    {
        Start();
        var (connection, delivery) = Join("one");
        Publish(1, 2);
        ExpectSent(connection, "m-1 m-2");
        Ack(connection, delivery, "m-1");

        Restart(delivery);

        ExpectSent(connection, "m-2");
    }

    [Fact]
    public void A_restart_does_not_stop_a_peer_that_is_capped()
    {
        Start(Component(new EgressSettings { MaxRate = 1 }));
        var (connection, delivery) = Join("one");
        Advance(TimeSpan.FromHours(5));
        Publish(1);
        ExpectSent(connection, "m-1");

        Restart(delivery);
        Advance(TimeSpan.FromSeconds(1));

        ExpectSent(connection, "m-1");
    }

    [Fact]
    public void Feeds_are_opened_for_a_connection_and_closed_with_it()
    {
        Start(Component(null, ComponentMode.Server, "s1", "s2"));
        var (connection, delivery) = Join("one");
        ExpectBus("feed s1 one", "feed s2 one");

        Leave(connection, delivery);

        ExpectBus("end s1", "end s2");
    }

    [Fact]
    public void What_a_stream_gives_out_is_sent_and_done_with_when_it_is_acked()
    {
        Start(Component(null, ComponentMode.Server, "s1"));
        var (connection, delivery) = Join("one");
        var message = Outbound.Stored(5);

        delivery.Tell(new EgressBusProtocol.Stored([message]));
        ExpectSent(connection, "s-5");
        Advance(TimeSpan.FromSeconds(10));
        Settle(delivery);
        Assert.Equal((0, 1), (message.DoneCount, message.TouchCount));
        Ack(connection, delivery, "s-5");
        Settle(delivery);

        Assert.Equal((1, 0), (message.DoneCount, message.ReturnCount));
    }

    [Fact]
    public void What_a_stream_gives_out_for_a_peer_that_has_left_goes_back()
    {
        Start(Component(null, ComponentMode.Server, "s1"));
        var (connection, delivery) = Join("one");
        Leave(connection, delivery);
        var message = Outbound.Stored(5);

        delivery.Tell(new EgressBusProtocol.Stored([message]));
        Settle(delivery);

        Assert.Equal((0, 1), (message.DoneCount, message.ReturnCount));
    }

    [Fact]
    public void A_replay_sends_what_was_kept_again_under_other_ids()
    {
        Start();
        var (connection, delivery) = Join("one");
        Publish(1, 2, 3);
        ExpectSent(connection, "m-1 m-2 m-3");
        Ack(connection, delivery, "m-1", "m-2", "m-3");
        Settle(delivery);

        Egress.Tell(new EgressProtocol.Invoke(connection, "r"u8.ToArray(), "replay", """{"count":2}"""u8.ToArray()), connection);

        var sent = connection.ExpectMsg<EgressProtocol.Send>().Messages;
        Assert.Equal(2, sent.Count);
        Assert.All(sent, message => Assert.StartsWith("replay-", message.Source.Name, StringComparison.Ordinal));
        var reply = connection.ExpectMsg<EgressProtocol.Invoked>().Reply;
        Assert.Equal("""{"status":"ok","result":{"messages_available":2,"replay_started":true}}""",
            System.Text.Encoding.UTF8.GetString(reply.Span));
    }

    [Fact]
    public void A_replay_of_streams_adds_up_what_they_have_and_ends_with_the_connection()
    {
        Start(Component(null, ComponentMode.Server, "s1", "s2"));
        Bus.Replays["s1"] = 3;
        Bus.Replays["s2"] = 4;
        var (connection, delivery) = Join("one");
        ExpectBus("feed s1 one", "feed s2 one");

        Assert.Equal("""{"status":"ok","result":{"messages_available":7,"replay_started":true}}""",
            Invoke(connection, "replay", """{"count":9}"""));

        ExpectBus("replay s1", "replay s2");
        Leave(connection, delivery);
        ExpectBus("end s1", "end s2", "end replay of s1", "end replay of s2");
    }

    [Fact]
    public void A_replay_that_fails_half_way_leaves_no_feed_behind()
    {
        Start(Component(null, ComponentMode.Server, "s1", "s2"));
        Bus.Replays["s1"] = 3;
        var (connection, _) = Join("one");
        ExpectBus("feed s1 one", "feed s2 one");

        Assert.Equal("""{"status":"error","error":{"code":"bus_unavailable","message":"no stream"}}""",
            Invoke(connection, "replay", """{"count":9}"""));

        ExpectBus("replay s1", "replay s2", "end replay of s1");
    }

    [Fact]
    public void A_replay_of_nothing_in_particular_is_refused()
    {
        Start();
        var (connection, _) = Join("one");

        Assert.StartsWith("""{"status":"error","error":{"code":"invalid_params",""", Invoke(connection, "replay", "{}"),
            StringComparison.Ordinal);
    }

    /// <summary>A delivery fails, and is attached again.</summary>
    private void Restart(IActorRef delivery)
    {
        delivery.Tell(Kill.Instance);
        Settle(delivery, Egress, delivery);
    }

    private double WaitForSlow(IActorRef delivery)
    {
        Settle(delivery);
        return Metrics.SlowReceived.Value;
    }
}
