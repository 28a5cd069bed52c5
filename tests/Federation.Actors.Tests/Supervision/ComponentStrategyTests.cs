using Akka.Actor;
using Akka.TestKit;
using Federation.Actors.Supervision;

namespace Federation.Actors.Tests.Supervision;

public sealed class ComponentStrategyTests : VirtualTimeKit
{
    private TestProbe Starts => field ??= CreateTestProbe();

    [Fact]
    public void An_actor_that_cannot_be_restarted_is_stopped_when_it_throws()
    {
        var connection = Start(Supervisor(), "peer-1", isRestartable: false);
        Starts.Watch(connection);

        connection.Tell(new IOException("broken pipe"));

        Starts.ExpectTerminated(connection);
        ExpectNothing(Starts);
    }

    [Fact]
    public void An_actor_that_cannot_be_restarted_is_stopped_when_it_cannot_start()
    {
        var starts = Starts.Ref;
        Supervisor().Tell(new StrategyParent.Add(Props.Create(() => new Unrestartable(starts, true)), "peer-1"), Starts);

        Starts.FishForMessage(message => message is IActorRef child && Starts.Watch(child) is not null);
        Starts.FishForMessage(static message => message is Terminated);
        ExpectNothing(Starts);
    }

    [Fact]
    public void Any_other_part_restarts_in_place()
    {
        var part = Start(Supervisor(), "queue");

        part.Tell(new IOException("broken pipe"));

        Starts.ExpectMsg("started");
        Settle(part);
        ExpectNothing(Starts);
    }

    [Fact]
    public void The_failure_of_one_leaves_the_others_alone()
    {
        var supervisor = Supervisor();
        var connection = Start(supervisor, "peer-1", isRestartable: false);
        var (other, queue) = (Start(supervisor, "peer-2", isRestartable: false), Start(supervisor, "queue"));
        Starts.Watch(connection);

        connection.Tell(new IOException("broken pipe"));

        Starts.ExpectTerminated(connection);
        Settle(other, queue);
        ExpectNothing(Starts);
    }

    [Fact]
    public void A_part_restarts_ten_times_in_a_minute_and_stops_at_the_eleventh()
    {
        var part = Start(Supervisor(), "queue");
        Starts.Watch(part);
        for (var n = 0; n < ComponentSupervisor.MaxRestarts; n++)
        {
            part.Tell(new IOException("broken pipe"));
            Starts.ExpectMsg("started");
        }

        part.Tell(new IOException("broken pipe"));

        Starts.ExpectTerminated(part);
        ExpectNothing(Starts);
    }

    [Fact]
    public void The_parents_notice_of_an_end_comes_after_all_that_the_child_has_sent_before_it_failed()
    {
        const int messages = 10_000;
        var log = CreateTestProbe();
        var starts = log.Ref;
        Supervisor().Tell(new StrategyParent.Add(Props.Create(() => new Unrestartable(starts, false)), "peer-1") { Ends = log }, Starts);
        Starts.ExpectMsg<IActorRef>().Tell(messages);

        log.ExpectMsg("started");
        Assert.Equal(Enumerable.Range(0, messages), log.ReceiveN(messages).Cast<int>());
        log.ExpectMsg("ended");
    }

    private IActorRef Start(IActorRef supervisor, string name, bool isRestartable = true)
    {
        var starts = Starts.Ref;
        var child = Child(
            CreateTestProbe(), supervisor, isRestartable
                ? Props.Create(() => new Fragile(starts)) : Props.Create(() => new Unrestartable(starts, false)), name);
        Starts.ExpectMsg("started");
        return child;
    }
}
