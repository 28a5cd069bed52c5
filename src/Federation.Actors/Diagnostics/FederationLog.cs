using Akka.Actor;
using Akka.Event;

namespace Federation.Actors.Diagnostics;

/// <summary>Writes a component's events to the log of the actor system, each at most once a second. Thread-safe.</summary>
/// <remarks>Each line has the properties <c>EventId</c>, <c>EventName</c> and <c>Component</c>, and <c>HeldBack</c> with the number of
/// suppressed events of its kind.</remarks>
internal sealed class FederationLog
{
    internal static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    public const string EventId = "EventId";
    public const string EventName = "EventName";
    public const string Component = "Component";

    private readonly string _component;
    private readonly ILoggingAdapter _log;
    private readonly Gate _gate;
    private readonly Clock _clock;

    public FederationLog(ActorSystem system, ILoggingAdapter log, string component)
    {
        _component = component;
        _log = log;
        _gate = Gate.Of(system);
        _clock = Clock.Of(system);
    }

    public static FederationLog Of(IActorContext context, string component) => new(context.System, context.GetLogger(), component);

    /// <summary>Writes the numbers of suppressed events. Called while the log of the actor system is still read.</summary>
    public static void End(ActorSystem system)
    {
        foreach (var ((component, what), _, others) in Gate.Of(system).Events.Flush(TimeSpan.MaxValue))
        {
            Named(Logging.GetLogger(system, typeof(FederationLog)), what, component)
                .Log(what.Level, "{Component}: {HeldBack} more {EventName} events were suppressed", [component, others + 1, what.Name]);
        }
    }

    /// <summary>For values that are expensive to make. Call <see cref="Write"/> in either case, since it counts.</summary>
    public bool IsDue(LoggedEvent what) => _log.IsEnabled(what.Level) && _gate.Events.IsDue((_component, what), _clock.Elapsed);

    /// <summary>Writes an event without secrets, unless its level is off.</summary>
    /// <returns>False when it was suppressed.</returns>
    public bool Write(LoggedEvent what, string template, params object?[] values)
    {
        if (!_log.IsEnabled(what.Level))
        {
            return true;
        }

        if (!_gate.Events.TryPass((_component, what), default, _clock.Elapsed, out var heldBack))
        {
            return false;
        }

        var log = Named(_log, what, _component);
        if (heldBack > 0)
        {
            log.Log(what.Level, template + " ({HeldBack} similar messages were suppressed)", [.. values, heldBack]);
        }
        else
        {
            log.Log(what.Level, template, values);
        }

        return true;
    }

    /// <summary>Counts and logs a failure that one message caused: a defect of the node.</summary>
    public void WriteFailure(ComponentMetrics metrics, string doing, Exception failure)
    {
        metrics.Errors(ErrorTypes.MessageFailed).Inc();
        var place = failure.StackTrace?.AsSpan().TrimStart().ToString().Split('\n')[0].Trim() ?? "";
        Write(LogEvents.MessageFailed, "{Component} failed to {Doing}, which has no other effect: {Failure}: {Message} ({Place})",
            _component, doing, failure.GetType().Name, failure.Message, place);
    }

    private static ILoggingAdapter Named(ILoggingAdapter log, LoggedEvent what, string component) =>
        log.WithContext(EventId, what.Number).WithContext(EventName, what.Name).WithContext(Component, component);

    private sealed class Gate : IExtension
    {
        public EventGate<(string Component, LoggedEvent What), ValueTuple> Events { get; } = new(static _ => Interval);

        public static Gate Of(ActorSystem system) => system.WithExtension<Gate, Provider>();
    }

    private sealed class Provider : ExtensionIdProvider<Gate>
    {
        public override Gate CreateExtension(ExtendedActorSystem system) => new();
    }
}
