using Akka.Actor;
using Akka.TestKit;
using Federation.Actors.Diagnostics;

namespace Federation.Actors.TestKit;

/// <summary>The clocks of an actor system with a <see cref="TestScheduler"/>: both follow it, and the wall clock can be set as
/// well.</summary>
internal sealed class VirtualTime(TestScheduler scheduler) : TimeProvider
{
    // Not zero, as on a machine that runs for a while, and not the wall clock either.
    private readonly DateTimeOffset _origin = scheduler.Now - TimeSpan.FromDays(1);
    private long _wallOffset;

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    /// <summary>Nothing in the actor system may have used another clock before.</summary>
    public static VirtualTime Of(ActorSystem system) =>
        (VirtualTime)Clock.Use(system, new VirtualTime((TestScheduler)system.Scheduler)).Time;

    public override long GetTimestamp() => (scheduler.Now - _origin).Ticks;

    public override DateTimeOffset GetUtcNow() => scheduler.Now + new TimeSpan(Volatile.Read(ref _wallOffset));

    public void StepWallClock(TimeSpan by) => Interlocked.Add(ref _wallOffset, by.Ticks);
}
