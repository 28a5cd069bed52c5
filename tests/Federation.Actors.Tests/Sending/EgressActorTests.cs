using Akka.Actor;
using Federation.Actors.Diagnostics;
using Federation.Actors.Sending;

namespace Federation.Actors.Tests.Sending;

public sealed class EgressActorTests : EgressKit
{
    [Fact]
    public void Every_peer_gets_every_message()
    {
        Start();
        var (one, _) = Join("one");
        var (two, _) = Join("two");

        Publish(1, 2);

        ExpectSent(one, "m-1 m-2");
        ExpectSent(two, "m-1 m-2");
        Assert.Equal((4, 2), (Metrics.Taken.Value, Metrics.Peers.Value));
    }

    [Fact]
    public void The_age_of_the_oldest_unacked_message_grows_until_it_is_acked_and_the_next_one_counts()
    {
        Start();
        var (one, first) = Join("one");
        var (two, second) = Join("two");
        Publish(1);
        ExpectSent(one, "m-1");
        ExpectSent(two, "m-1");
        Advance(TimeSpan.FromSeconds(5));
        Publish(2);
        ExpectSent(one, "m-2");
        ExpectSent(two, "m-2");
        Assert.Equal(6, Age());

        Ack(one, first, "m-1", "m-2");
        Settle(first);
        Assert.Equal(7, Age());
        Ack(two, second, "m-1");
        Settle(second);
        Assert.Equal(3, Age());
        Leave(two, second);
        Settle(second);
        Assert.Equal(0, Age());

        double Age()
        {
            Advance(TimeSpan.FromSeconds(1));
            Settle(Egress);
            return Metrics.UnackedAge.Value;
        }
    }

    [Fact]
    public void The_credit_of_a_batch_comes_back_once_when_all_have_taken_it()
    {
        Start();
        var (_, one) = Join("one");
        var (_, two) = Join("two");

        var credit = Publish(1);
        Settle(Egress, one, two);

        Assert.Equal(1, credit.Returned);
    }

    [Fact]
    public void Without_a_peer_messages_are_dropped_and_their_credit_comes_back()
    {
        Start();

        var credit = Publish(1, 2);
        Settle(Egress);

        Assert.Equal(1, credit.Returned);
        Assert.Equal((2, 2), (Metrics.Taken.Value, Metrics.Dropped("no_peer").Value));
    }

    [Fact]
    public void A_fault_of_an_input_and_its_end_are_told()
    {
        Start();
        var fault = new PortFault("plain", "subject a", "one", "NATS reports: no", "look", NeedsChange: false);

        Egress.Tell(new EgressBusProtocol.Failed(fault));
        Egress.Tell(new EgressBusProtocol.Recovered("plain", "one"));

        Assert.Equal(new HealthProtocol.PortFailed("out", fault), Health.ExpectMsg<HealthProtocol.PortFailed>());
        Assert.Equal(new HealthProtocol.PortRecovered("out", "plain", "one"), Health.ExpectMsg<HealthProtocol.PortRecovered>());
    }

    [Fact]
    public void What_was_not_acked_comes_first_on_the_next_connection()
    {
        Start();
        var (first, delivery) = Join("one");
        Publish(1, 2);
        ExpectSent(first, "m-1 m-2");
        Ack(first, delivery, "m-1");
        Leave(first, delivery);
        Publish(3);

        var (second, _) = Join("one");

        ExpectSent(second, "m-2 m-3");
    }

    [Fact]
    public void What_waits_for_a_peer_with_a_lasting_name_is_kept_for_a_while()
    {
        Start(Component(new EgressSettings { PeerRetention = TimeSpan.FromSeconds(60) }));
        var (first, delivery) = Join("one");
        Leave(first, delivery);
        Publish(1);
        Settle(Egress, delivery);

        Advance(TimeSpan.FromSeconds(59));
        Settle(Egress);
        Assert.Equal((1, 0), (Metrics.Peers.Value, Metrics.Dropped("peer_gone").Value));
        Watch(delivery);
        Advance(TimeSpan.FromSeconds(1));
        ExpectTerminated(delivery);

        Assert.Equal((0, 1, 0), (Metrics.Peers.Value, Metrics.Dropped("peer_gone").Value, Metrics.Held.Value));
    }

    [Fact]
    public void A_peer_that_comes_back_in_time_is_not_forgotten_later()
    {
        Start(Component(new EgressSettings { PeerRetention = TimeSpan.FromSeconds(60) }));
        var (first, delivery) = Join("one");
        Leave(first, delivery);
        Advance(TimeSpan.FromSeconds(59));

        var (second, same) = Join("one");
        Advance(TimeSpan.FromSeconds(60));
        Settle(Egress);
        Publish(1);

        ExpectSent(second, "m-1");
        Assert.Equal(delivery, same);
    }

    [Fact]
    public void What_waits_for_a_peer_with_a_generated_name_is_lost_with_its_connection()
    {
        Start();
        var (first, delivery) = Join("client-1", isLasting: false);
        Publish(1);
        ExpectSent(first, "m-1");
        Watch(delivery);

        Leave(first);

        ExpectTerminated(delivery);
        Assert.Equal((0, 1, 0), (Metrics.Peers.Value, Metrics.Dropped("peer_gone").Value, Metrics.Held.Value));
    }

    [Fact]
    public void A_client_holds_what_comes_before_its_first_connection_and_between_two()
    {
        Start(Component(mode: ComponentMode.Client));
        Settle(Egress);
        Assert.Equal(1, Metrics.Peers.Value);
        Publish(1);
        var (first, delivery) = Join("hub-a");
        ExpectSent(first, "m-1");
        Leave(first, delivery);
        Advance(TimeSpan.FromDays(2));
        Publish(2);

        var (second, _) = Join("hub-b");

        ExpectSent(second, "m-1 m-2");
    }

    [Fact]
    public void Of_two_connections_of_one_peer_the_newest_is_sent_to()
    {
        Start();
        var (old, delivery) = Join("one");
        Publish(1);
        ExpectSent(old, "m-1");

        var (latest, same) = Join("one");

        Assert.Equal(delivery, same);
        ExpectSent(latest, "m-1");
        Publish(2);
        ExpectSent(latest, "m-2");
        Leave(old, delivery);
        Publish(3);
        ExpectSent(latest, "m-3");
    }

    [Fact]
    public void An_ack_on_a_superseded_connection_does_not_count_and_its_credit_comes_back()
    {
        Start();
        var (old, delivery) = Join("one");
        Publish(1);
        ExpectSent(old, "m-1");
        var (latest, _) = Join("one");
        ExpectSent(latest, "m-1");

        var source = Ack(old, delivery, "m-1");
        Settle(delivery);

        Assert.Equal((0, 1), (Metrics.Delivered.Value, source.Returned));
    }

    [Fact]
    public void A_request_on_a_superseded_connection_is_refused()
    {
        Start();
        var (old, _) = Join("one");
        Join("one");

        Assert.StartsWith("""{"status":"error","error":{"code":"connection_lost",""",
            Invoke(old, "backpressure", """{"rate_limit":1,"unit":"msg/sec"}"""), StringComparison.Ordinal);
    }

    [Fact]
    public void What_the_bus_has_lost_is_counted()
    {
        Start();

        Egress.Tell(new EgressBusProtocol.Overflowed(3));
        Settle(Egress);

        Assert.Equal((3, 3), (Metrics.Taken.Value, Metrics.Dropped("input_overflow").Value));
    }

    [Fact]
    public void Health_is_told_when_the_bus_comes_and_goes()
    {
        Start();

        Egress.Tell(EgressBusProtocol.Up.Instance);
        Egress.Tell(new EgressBusProtocol.Down("cut"));

        Assert.Equal(new HealthProtocol.EgressBus("out", Connected: true), Health.ExpectMsg<HealthProtocol.EgressBus>());
        Assert.Equal(new HealthProtocol.EgressBus("out", Connected: false, "cut"), Health.ExpectMsg<HealthProtocol.EgressBus>());
    }

    [Fact]
    public void The_gauge_shows_the_lowest_rate_of_the_peers_that_are_there()
    {
        Start();
        var (one, delivery) = Join("client-1", isLasting: false);
        var (two, other) = Join("client-2", isLasting: false);
        Invoke(one, "backpressure", """{"rate_limit":7,"unit":"msg/sec"}""");
        Invoke(two, "backpressure", """{"rate_limit":9,"unit":"msg/sec"}""");
        Advance(TimeSpan.FromSeconds(1));
        Settle(delivery, other, Egress);
        Assert.Equal(7, Metrics.RateCap.Value);

        Leave(one);
        Assert.Equal(9, Metrics.RateCap.Value);
        Leave(two);
        Assert.Equal(0, Metrics.RateCap.Value);
    }

    [Fact]
    public void What_is_held_at_the_end_is_dropped_and_counted()
    {
        Start(Component(mode: ComponentMode.Client));
        Publish(1, 2);
        Settle(Egress);
        Watch(Egress);

        Sys.Stop(Egress);

        ExpectTerminated(Egress);
        Assert.Equal((0, 2), (Metrics.Held.Value, Metrics.Dropped("shutting_down").Value));
        ExpectBus("dispose");
    }
}
