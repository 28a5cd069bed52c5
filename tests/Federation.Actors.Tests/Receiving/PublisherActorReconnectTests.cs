using Akka.Actor;
using Federation.Actors.Diagnostics;
using Federation.Actors.Receiving;

namespace Federation.Actors.Tests.Receiving;

public sealed class PublisherActorReconnectTests : PublisherKit
{
    [Fact]
    public void A_bus_that_is_lost_is_abandoned_before_the_queue_is_told_and_another_is_made()
    {
        var bus = StartPublishing();
        Publish(1, 0, "a");
        ExpectWritten(1, 1, "a");
        Health.ExpectMsg<HealthProtocol.Bus>();

        bus.Down();

        ExpectLeft(1);
        Assert.False(Health.ExpectMsg<HealthProtocol.Bus>().Connected);
        ExpectSilence();

        bus = Reconnect();
        Up(bus, lease: 2);
        Publish(2, 0, "a");
        ExpectWritten(2, 2, "a");
        bus.Confirm(2);
        ExpectSettled(2, 0);
    }

    [Fact]
    public void A_write_that_fails_later_costs_the_bus()
    {
        var bus = StartPublishing();
        var write = new TaskCompletionSource();
        bus.OnWrite(_ => new ValueTask(write.Task));
        Publish(1, 0, "a");
        ExpectWritten(1, 1, "a");

        EventFilter.Warning(contains: "broken pipe").ExpectOne(() => write.SetException(new IOException("broken pipe")));

        ExpectLeft(1);
        Settle(Publisher);
        Assert.Equal(1, Metrics.Errors(ErrorTypes.PublishFailed).Value);
        Reconnect();
    }

    [Fact]
    public void A_write_that_fails_at_once_costs_the_bus()
    {
        var bus = StartPublishing();
        bus.OnWrite(static _ => throw new IOException("broken pipe"));

        Publish(1, 0, "a");

        ExpectWritten(1, 1, "a");
        ExpectLeft(1);
        Reconnect();
    }

    [Fact]
    public void A_write_that_ends_after_its_bus_was_lost_counts_for_nothing()
    {
        var bus = StartPublishing();
        var write = new TaskCompletionSource();
        bus.OnWrite(_ => new ValueTask(write.Task));
        Publish(1, 0, "a");
        ExpectWritten(1, 1, "a");
        bus.Down();
        ExpectLeft(1);
        var next = Reconnect();
        Up(next, lease: 2);
        var second = new TaskCompletionSource();
        next.OnWrite(_ => new ValueTask(second.Task));
        Publish(2, 0, "a");
        ExpectWritten(2, 2, "a");
        Publish(2, 1, "b");

        write.SetResult();
        next.Confirm(2);
        ExpectSilence();

        second.SetResult();
        ExpectSettled(2, 0);
        ExpectWritten(2, 3, "b");
    }

    [Fact]
    public void What_a_lost_bus_still_says_is_not_listened_to()
    {
        var old = StartPublishing();
        old.Down();
        ExpectLeft(1);
        var bus = Reconnect();
        old.Up();
        ExpectSilence();
        Up(bus, lease: 2);
        Publish(2, 0, "a");
        ExpectWritten(2, 1, "a");

        old.Confirm(1);
        old.Deny("a", "no");
        old.Down("again");
        ExpectSilence();

        bus.Confirm(1);
        Assert.Empty(ExpectSettled(2, 0));
    }

    [Fact]
    public void Pauses_grow_from_a_quarter_of_a_second_to_two_seconds_with_up_to_a_fifth_more()
    {
        var bus = Start();
        foreach (var pause in (double[])[250, 500, 1000, 2000, 2000, 2000])
        {
            bus.Down();
            Queue.ExpectMsg<FakeBus.Abandoned>();
            Queue.ExpectMsg<FakeBus.Disposed>();
            Settle(Publisher);

            AdvanceMilliseconds(pause - 1);
            ExpectSilence();
            AdvanceMilliseconds((pause * 0.2) + 2);
            bus = NextBus();
        }
    }

    [Fact]
    public void A_bus_that_was_up_starts_the_pauses_anew()
    {
        var bus = Start();
        for (var n = 0; n < 4; n++)
        {
            bus.Down();
            Queue.ExpectMsg<FakeBus.Abandoned>();
            Queue.ExpectMsg<FakeBus.Disposed>();
            bus = Reconnect();
        }

        Up(bus, lease: 1);
        bus.Down();
        ExpectLeft(5);
        Settle(Publisher);
        Advance(PublisherActor.FirstPause * 1.2);

        NextBus();
    }

    [Fact]
    public void A_bus_that_cannot_be_reached_is_logged_once_until_it_was_up()
    {
        var bus = Start();

        EventFilter.Warning(contains: "cannot reach its bus").ExpectOne(() =>
        {
            bus.Down("refused");
            Queue.ExpectMsg<FakeBus.Abandoned>();
            Queue.ExpectMsg<FakeBus.Disposed>();
            bus = Reconnect();
            bus.Down("refused");
            Queue.ExpectMsg<FakeBus.Abandoned>();
            Queue.ExpectMsg<FakeBus.Disposed>();
            bus = Reconnect();
        });

        Up(bus, lease: 1);
        bus.Down("cut");
        ExpectLeft(3);
        bus = Reconnect();
        EventFilter.Warning(contains: "cannot reach its bus").ExpectOne(() => bus.Down("refused"));
    }

    [Fact]
    public void A_publisher_that_fails_leaves_its_bus_and_starts_with_another()
    {
        StartPublishing();
        Publish(1, 0, "a");
        ExpectWritten(1, 1, "a");

        EventFilter.Exception<ActorKilledException>().ExpectOne(() => Publisher.Tell(Kill.Instance, Queue));

        ExpectLeft(1);
        var bus = NextBus();
        Up(bus, lease: 2);
        Publish(2, 0, "a");
        ExpectWritten(2, 1, "a");
        bus.Confirm(1);
        ExpectSettled(2, 0);
    }

    [Fact]
    public void Health_hears_that_a_publisher_that_fails_has_no_bus()
    {
        StartPublishing();
        Assert.Equal(new HealthProtocol.Bus("edge-in", Connected: true), Health.ExpectMsg<HealthProtocol.Bus>());

        Publisher.Tell(Kill.Instance, Queue);

        Assert.False(Health.ExpectMsg<HealthProtocol.Bus>().Connected);
    }

    [Fact]
    public void A_publisher_that_stops_leaves_its_bus()
    {
        StartPublishing();

        Sys.Stop(Publisher);

        ExpectLeft(1);
    }
}
