using Akka.Actor;

namespace Federation.Actors.Supervision;

/// <summary>
/// What a component does with a part that fails: a connection stops, since its socket cannot be restarted; egress stops, since what it has
/// told its connections cannot be taken back; queue, publisher and correlation restart in place, up to <see cref="MaxRestarts"/> times in
/// <see cref="Period"/>.
/// </summary>
/// <remarks>A part that fails more often is stopped; the component watches its parts, fails in its turn, and so hands the problem up.</remarks>
internal sealed class ComponentStrategy() : OneForOneStrategy(MaxRestarts, Period, static _ => Directive.Restart)
{
    /// <summary>Restarts of one part within <see cref="Period"/>.</summary>
    public const int MaxRestarts = 10;

    /// <summary>Start of the names of connection actors.</summary>
    public const string ConnectionName = "peer-";

    /// <summary>Name of the egress actor.</summary>
    public const string EgressName = "egress";

    /// <summary>Over which restarts are counted.</summary>
    public static readonly TimeSpan Period = TimeSpan.FromMinutes(1);

    /// <inheritdoc />
    protected override Directive Handle(IActorRef child, Exception exception) =>
        child.Path.Name.StartsWith(ConnectionName, StringComparison.Ordinal) || child.Path.Name is EgressName ? Directive.Stop : base.Handle(child, exception);
}
