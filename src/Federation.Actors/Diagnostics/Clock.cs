using Akka.Actor;

namespace Federation.Actors.Diagnostics;

/// <summary>The clocks of a node: a monotonic one for durations, deadlines, rates and ages, and the wall clock for stamps.</summary>
/// <remarks>
/// Nothing else in the library reads a clock. <c>IScheduler.Now</c> is the wall clock, which NTP, an operator or a resumed virtual machine
/// may set forward or back at any moment. Thread-safe.
/// </remarks>
/// <param name="time">Where the time comes from.</param>
internal sealed class Clock(TimeProvider time) : IExtension
{
#pragma warning disable RS0030 // The one place that may.
    /// <summary>The machine's.</summary>
    public static Clock System { get; } = new(TimeProvider.System);
#pragma warning restore RS0030

    /// <summary>For code outside of actors: timestamps, timers and timeouts.</summary>
    public TimeProvider Time => time;

    /// <summary>Time since a fixed moment in the past. Never goes back, and does not change when the wall clock is set.</summary>
    public TimeSpan Elapsed => time.GetElapsedTime(0);

    /// <summary>The wall clock. Only for stamps in envelopes, events and logs.</summary>
    public DateTimeOffset UtcNow => time.GetUtcNow();

    /// <summary>The wall clock in Unix milliseconds, as envelopes have it.</summary>
    public long UnixMilliseconds => time.GetUtcNow().ToUnixTimeMilliseconds();

    /// <summary>Both clocks, read together.</summary>
    public Instant Now => new(Elapsed, UtcNow);

    /// <summary>The clock of an actor system: the machine's, unless <see cref="Use"/> came first.</summary>
    public static Clock Of(ActorSystem system) => system.WithExtension<Clock, Provider>();

    /// <summary>Gives an actor system another clock. Too late once something in it has asked for its clock.</summary>
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
    /// <summary>
    /// An earlier or later moment by the wall clock as it is set now, so that a reader who subtracts it from the present gets its true age.
    /// </summary>
    /// <param name="elapsed">The moment by the monotonic clock.</param>
    public DateTimeOffset Stamp(TimeSpan elapsed) => Utc - (Elapsed - elapsed);
}
