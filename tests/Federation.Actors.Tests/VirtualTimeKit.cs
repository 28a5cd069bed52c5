using Akka.Actor;
using Akka.TestKit;
using Federation.Actors.Diagnostics;
using Federation.Actors.TestKit;
using Federation.Actors.Tests.Supervision;

namespace Federation.Actors.Tests;

/// <summary>An actor system whose clock moves when told to.</summary>
public abstract class VirtualTimeKit : global::Akka.TestKit.Xunit2.TestKit
{
    private const string Configuration = """
        akka.scheduler.implementation = "Akka.TestKit.TestScheduler, Akka.TestKit"
        akka.loglevel = WARNING
        akka.test.single-expect-default = 10s
        akka.test.filter-leeway = 10s
        """;

    private readonly VirtualTime _time;
    private readonly TestProbe _settler;

    private protected VirtualTimeKit()
        : base(Configuration)
    {
        _time = VirtualTime.Of(Sys);
        _settler = CreateTestProbe();
    }

    /// <summary>The clock of the actors under test.</summary>
    private protected Clock Clock => Clock.Of(Sys);

    /// <summary>Sets the wall clock forward or back. No timer notices.</summary>
    private protected void StepWallClock(TimeSpan by) => _time.StepWallClock(by);

    /// <summary>Moves the clock once all actors have dealt with what they were told, and so have set their timers.</summary>
    private protected void Advance(TimeSpan by)
    {
        // Twice: one actor may have told another that was asked before it.
        Settle([.. Below((ActorRefWithCell)((ExtendedActorSystem)Sys).Guardian)]);
        Settle([.. Below((ActorRefWithCell)((ExtendedActorSystem)Sys).Guardian)]);
        ((TestScheduler)Sys.Scheduler).Advance(by);
    }

    private protected void AdvanceMilliseconds(double by) => Advance(TimeSpan.FromMilliseconds(by));

    /// <summary>A new supervisor with the rules of a component.</summary>
    private protected IActorRef Supervisor() => Sys.ActorOf(Props.Create(() => new StrategyParent()));

    /// <summary>A new child of such a supervisor, which has set its timers.</summary>
    private protected IActorRef Child(TestProbe asker, IActorRef supervisor, Props props, string name)
    {
        supervisor.Tell(new StrategyParent.Add(props, name), asker);
        var child = asker.ExpectMsg<IActorRef>();
        Settle(child);
        return child;
    }

    /// <summary>Returns when the actors have dealt with all that they were told before, one after the other.</summary>
    private protected void Settle(params IActorRef[] actors)
    {
        foreach (var actor in actors)
        {
            actor.Tell(new Identify(messageId: null), _settler);
            _settler.ExpectMsg<ActorIdentity>();
        }
    }

    private static IEnumerable<IActorRef> Below(ActorRefWithCell parent) =>
        parent.Children.OfType<ActorRefWithCell>().SelectMany(static child => Below(child).Prepend(child));

    /// <summary>Fails when the probe holds a message. What could have sent one must be settled.</summary>
    private protected static void ExpectNothing(TestProbe probe) => probe.ExpectNoMsg(TimeSpan.Zero);
}
