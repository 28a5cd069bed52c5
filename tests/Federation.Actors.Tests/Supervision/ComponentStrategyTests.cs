using Akka.Actor;
using Akka.TestKit;
using Federation.Actors.Supervision;

namespace Federation.Actors.Tests.Supervision;

public sealed class ComponentStrategyTests : VirtualTimeKit
{
    private TestProbe? _starts;

    private TestProbe Starts => _starts ??= CreateTestProbe();

    [Fact]
    public void A_connection_that_throws_is_stopped()
    {
        var connection = Start(Supervisor(), "peer-1");
        Starts.Watch(connection);

        connection.Tell(new IOException("broken pipe"));

        Starts.ExpectTerminated(connection);
        ExpectNothing(Starts);
    }

    [Theory]
    [InlineData("queue")]
    [InlineData("publisher")]
    public void Any_other_part_restarts_in_place(string name)
    {
        var part = Start(Supervisor(), name);

        part.Tell(new IOException("broken pipe"));

        Starts.ExpectMsg("started");
        Settle(part);
        ExpectNothing(Starts);
    }

    [Fact]
    public void The_failure_of_one_leaves_the_others_alone()
    {
        var supervisor = Supervisor();
        var connection = Start(supervisor, "peer-1");
        var (other, queue) = (Start(supervisor, "peer-2"), Start(supervisor, "queue"));
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
        for (var n = 0; n < ComponentStrategy.MaxRestarts; n++)
        {
            part.Tell(new IOException("broken pipe"));
            Starts.ExpectMsg("started");
        }

        part.Tell(new IOException("broken pipe"));

        Starts.ExpectTerminated(part);
        ExpectNothing(Starts);
    }

    private IActorRef Start(IActorRef supervisor, string name)
    {
        var starts = Starts.Ref;
        var child = Child(CreateTestProbe(), supervisor, Props.Create(() => new Fragile(starts)), name);
        Starts.ExpectMsg("started");
        return child;
    }
}
