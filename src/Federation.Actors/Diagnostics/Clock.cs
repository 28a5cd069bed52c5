using Akka.Actor;

namespace Federation.Actors.Diagnostics;

/// <summary>The clocks of a node: a monotonic one for durations, deadlines, rates and ages, and the wall clock for stamps.</summary>
/// <remarks>The only reader of a clock in the library. <c>IScheduler.Now</c> is the wall clock, which NTP, an operator or a resumed
/// virtual machine may set at any moment. Thread-safe.</remarks>
internal sealed class Clock(TimeProvider time) : IExtension
{
#pragma warning disable RS0030 // The one place that may.
    public static Clock System { get; } = new(TimeProvider.System);
#pragma warning restore RS0030

    /// <summary>For code outside of actors: timestamps, timers and timeouts.</summary>
    public TimeProvider Time => time;

    /// <summary>Time since a fixed moment in the past. Never goes back, whatever happens to the wall clock.</summary>
    public TimeSpan Elapsed => time.GetElapsedTime(0);

    /// <summary>Only for stamps in envelopes, events and logs.</summary>
    public DateTimeOffset UtcNow => time.GetUtcNow();

    public long UnixMilliseconds => time.GetUtcNow().ToUnixTimeMilliseconds();

    public Instant Now => new(Elapsed, UtcNow);

    /// <summary>The machine's clock, unless <see cref="Use"/> came first.</summary>
    public static Clock Of(ActorSystem system) => system.WithExtension<Clock, Provider>();

    /// <summary>Has no effect once something in the actor system has used its clock.</summary>
    /// <returns>The clock that the system has from now on.</returns>
    public static Clock Use(ActorSystem system, TimeProvider time) => (Clock)system.RegisterExtension(new Provider(new Clock(time)));

    private sealed class Provider(Clock clock) : ExtensionIdProvider<Clock>
    {
        public Provider()
            : this(System)
        {
        }

        public override Clock CreateExtension(ExtendedActorSystem system) => clock;
    }
}

/// <summary>A moment by both clocks.</summary>
/// <param name="Elapsed">Monotonic, see <see cref="Clock.Elapsed"/>: the only one to compare and subtract.</param>
/// <param name="Utc">The wall clock: the only one to show.</param>
internal readonly record struct Instant(TimeSpan Elapsed, DateTimeOffset Utc)
{
    /// <summary>A moment by the present wall clock, so that its distance from the present is its true age.</summary>
    /// <param name="elapsed">The moment by the monotonic clock.</param>
    public DateTimeOffset Stamp(TimeSpan elapsed) => Utc - (Elapsed - elapsed);
}
