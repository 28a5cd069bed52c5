using Federation.Actors.Diagnostics;
using Federation.Actors.Messages;
using Federation.Actors.Protocol;
using Federation.Actors.Receiving;

namespace Federation.Actors.Tests.Receiving;

public sealed class PublisherActorTests : PublisherKit
{
    [Fact]
    public void Nothing_is_asked_of_the_queue_before_the_bus_is_up()
    {
        var bus = Start();
        ExpectSilence();

        bus.Up();

        ExpectOpen();
        Assert.Equal(new HealthProtocol.Bus("edge-in", Connected: true), Health.ExpectMsg<HealthProtocol.Bus>());
    }

    [Fact]
    public void A_group_is_settled_when_the_bus_has_confirmed_it_and_not_before()
    {
        var bus = StartPublishing();

        Publish(1, 0, "a", "b");
        ExpectWritten(1, 1, "a b");
        ExpectSilence();

        bus.Confirm(1);
        Assert.Empty(ExpectSettled(1, 0));
        ExpectSilence();
        Assert.Equal(2, Metrics.Published(Subject).Value);
    }

    [Fact]
    public void A_whole_window_is_written_without_waiting_for_a_confirm()
    {
        var bus = StartPublishing();
        for (var n = 0; n < PublisherActor.Window; n++)
        {
            Publish(1, n, $"m{n}");
            ExpectWritten(1, n + 1, $"m{n}");
        }

        bus.Confirm(3);
        ExpectSettled(1, 0);
        ExpectSettled(1, 1);
        ExpectSettled(1, 2);
        ExpectSilence();

        bus.Confirm(4);
        ExpectSettled(1, 3);
    }

    [Fact]
    public void Groups_are_written_one_after_the_other()
    {
        var bus = StartPublishing();
        var write = new TaskCompletionSource();
        bus.OnWrite(_ => new ValueTask(write.Task));
        Publish(1, 0, "a");
        ExpectWritten(1, 1, "a");
        Publish(1, 1, "b");
        ExpectSilence();

        write.SetResult();

        ExpectWritten(1, 2, "b");
    }

    [Fact]
    public void A_confirm_that_overtakes_the_end_of_the_write_settles_the_group_at_the_end_of_the_write()
    {
        var bus = StartPublishing();
        var write = new TaskCompletionSource();
        bus.OnWrite(_ => new ValueTask(write.Task));
        Publish(1, 0, "a");
        ExpectWritten(1, 1, "a");

        bus.Confirm(1);
        ExpectSilence();

        write.SetResult();
        ExpectSettled(1, 0);
        ExpectSilence();
    }

    [Fact]
    public void A_confirm_that_comes_late_takes_no_later_one_back()
    {
        var bus = StartPublishing();
        Publish(1, 0, "a");
        ExpectWritten(1, 1, "a");
        var write = new TaskCompletionSource();
        bus.OnWrite(_ => new ValueTask(write.Task));
        Publish(1, 1, "b");
        ExpectWritten(1, 2, "b");

        bus.Confirm(2);
        bus.Confirm(1);
        ExpectSettled(1, 0);
        write.SetResult();

        ExpectSettled(1, 1);
        ExpectSilence();
    }

    [Fact]
    public void What_the_bus_refuses_is_passed_on()
    {
        var bus = StartPublishing();
        bus.OnWrite(static group =>
        {
            group.Refuse(group.Ranges[0].Batch, 1, NackReason.TooLarge, "too large");
            return ValueTask.CompletedTask;
        });
        var batch = Publish(1, 0, "a", "b", "c");
        ExpectWritten(1, 1, "a b c");

        bus.Confirm(1);

        Assert.Equal([new Refusal(batch, 1, NackReason.TooLarge, "too large")], ExpectSettled(1, 0));
        Settle(Publisher);
        Assert.Equal(2, Metrics.Published(Subject).Value);
    }

    [Fact]
    public void A_denial_is_logged_and_refuses_nothing_by_itself()
    {
        var bus = StartPublishing("federated.{peer}");
        Publish(1, 0, "a");
        ExpectWritten(1, 1, "a");

        EventFilter.Error(contains: "may not publish to federated.edge-7: Permissions Violation")
            .ExpectOne(() => bus.Deny("federated.edge-7", "Permissions Violation"));
        bus.Confirm(1);

        Assert.Empty(ExpectSettled(1, 0));
    }

    [Fact]
    public void Groups_of_another_lease_are_not_written()
    {
        StartPublishing();

        Publish(7, 0, "old");
        Publish(1, 0, "a");

        ExpectWritten(1, 1, "a");
        ExpectSilence();
    }

    [Fact]
    public void When_the_queue_asks_it_makes_a_new_bus_at_once_and_forgets_what_was_under_way()
    {
        var bus = StartPublishing();
        Publish(1, 0, "a");
        ExpectWritten(1, 1, "a");

        Publisher.Tell(QueueProtocol.Reopen.Instance, Queue);
        ExpectAbandoned(1);
        var next = NextBus();
        bus.Confirm(1);
        ExpectSilence();

        Up(next, lease: 2);
        Publish(2, 0, "a");
        ExpectWritten(2, 2, "a");
        next.Confirm(2);
        ExpectSettled(2, 0);
        ExpectSilence();
    }

    [Fact]
    public void It_opens_again_only_when_nothing_that_was_given_out_is_read_any_more()
    {
        var bus = StartPublishing();
        var write = new TaskCompletionSource();
        bus.OnWrite(_ => new ValueTask(write.Task));
        Publish(1, 0, "a");
        ExpectWritten(1, 1, "a");
        Publish(1, 1, "b");

        Publisher.Tell(QueueProtocol.Reopen.Instance, Queue);

        ExpectAbandoned(1);
        NextBus().Up();
        ExpectOpen();
        write.SetResult();
        bus.Confirm(1);
        ExpectSilence();
    }

    [Fact]
    public void An_answer_to_an_earlier_open_is_not_taken_for_the_answer_to_the_last()
    {
        var bus = Start();
        bus.Up();
        var first = ExpectOpen();
        Publisher.Tell(QueueProtocol.Reopen.Instance, Queue);
        ExpectAbandoned(1);
        NextBus().Up();
        var second = ExpectOpen();

        Opened(1, first);
        Publish(1, 0, "a");
        ExpectSilence();

        Opened(2, second);
        Publish(2, 0, "a");
        ExpectWritten(2, 1, "a");
    }

    [Fact]
    public void A_clock_that_jumps_a_day_loses_nothing_and_repeats_nothing()
    {
        var bus = StartPublishing();
        Publish(1, 0, "a");
        ExpectWritten(1, 1, "a");

        Advance(TimeSpan.FromDays(1));
        ExpectSilence();

        bus.Confirm(1);
        ExpectSettled(1, 0);
        ExpectSilence();
    }

    [Fact]
    public void A_bus_says_each_thing_once()
    {
        var bus = StartPublishing();

        EventFilter.Warning(contains: "slow consumer").ExpectOne(() =>
        {
            bus.Say("slow consumer");
            bus.Say("slow consumer");
            Settle(Publisher);
        });
        Advance(FederationLog.Interval);
        EventFilter.Warning(contains: "something else").ExpectOne(() => bus.Say("something else"));
    }
}
