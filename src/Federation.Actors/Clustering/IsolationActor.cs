using Akka.Actor;
using Akka.Cluster;
using Akka.Event;
using Akka.Remote;
using Federation.Actors.Diagnostics;
using Federation.Actors.Messages;

namespace Federation.Actors.Clustering;

/// <summary>
/// Downs this node at once when the cluster has gone on without it, so that it does not dial what another node dials by now.
/// </summary>
/// <remarks>
/// That is so when another node has quarantined this one, or when this process has stood still for longer than the others wait. Without
/// this actor the node
/// would find the others unreachable and take as long as they did to end itself; meanwhile its dialers would come back.
/// <para>
/// A first seed node that starts while it can reach no other waits in a cluster of its own, in which it does not dial. It looks for the
/// other
/// seed nodes. Those that answer and do not join are in a cluster of their own, and this node ends, to be started again and to join them.
/// </para>
/// </remarks>
internal sealed class IsolationActor : UntypedActor, IWithTimers
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    /// <summary>A seed node that answers for so long and has not joined will not: three times Akka's seed-node-timeout.</summary>
    private static readonly TimeSpan JoinTime = TimeSpan.FromSeconds(15);

    /// <summary>Between two questions to seed nodes that have not joined: remoting logs each time that one is away.</summary>
    private static readonly TimeSpan AskInterval = TimeSpan.FromSeconds(3);

    private readonly Cluster _cluster = Cluster.Get(Context.System);
    private readonly TimeProvider _time;
    private readonly FreezeWatch _watch;
    private readonly StrayWatch _others = new(JoinTime);
    private readonly long _started;
    private bool _hasSaidSo;

    public IsolationActor(TimeSpan patience, TimeProvider time)
    {
        _time = time;
        _started = time.GetTimestamp();
        _watch = new FreezeWatch(patience);
    }

    /// <inheritdoc />
    public ITimerScheduler Timers { get; set; } = null!;

    /// <param name="patience">How long the others wait before they give a silent node up.</param>
    /// <param name="time">The clock; not the actor system's, which may stand still with the process.</param>
    public static Props Props(TimeSpan patience, TimeProvider time) => Akka.Actor.Props.Create(() => new IsolationActor(patience, time));

    /// <summary>How long the members of a cluster wait before they give a silent node up, by the configuration of Akka.</summary>
    public static TimeSpan Patience(ActorSystem system)
    {
        var config = system.Settings.Config.GetConfig("akka.cluster");
        return config.GetTimeSpan("failure-detector.acceptable-heartbeat-pause")
            + config.GetTimeSpan("split-brain-resolver.stable-after", TimeSpan.Zero);
    }

    /// <inheritdoc />
    protected override void PreStart()
    {
        Context.System.EventStream.Subscribe(Self, typeof(ThisActorSystemQuarantinedEvent));
        Timers.StartPeriodicTimer(Tick.Instance, Tick.Instance, Interval);
        Timers.StartPeriodicTimer(Ask.Instance, Ask.Instance, AskInterval);
    }

    /// <inheritdoc />
    protected override void OnReceive(object message)
    {
        switch (message)
        {
            case Tick:
                if (_watch.Tick(_time.GetElapsedTime(_started)) is { } gap && _cluster.State.Members.Count > 1)
                {
                    End($"has stood still for {gap.TotalSeconds:0} s");
                }

                break;
            case Ask:
                AskForOthers();
                break;
            case ActorIdentity { Subject: { } other }
                when IsWaiting && !IsMember(other.Path.Address)
                    && _others.IsThere(other.Path.Address.ToString(), _time.GetElapsedTime(_started)):
                End($"waits for others to join, while {other.Path.Address} is there and does not");
                break;
            case ActorIdentity:
                break;
            case ThisActorSystemQuarantinedEvent quarantined:
                End($"is quarantined by {quarantined.RemoteAddress}");
                break;
            default:
                Unhandled(message);
                break;
        }
    }

    /// <summary>Whether this node is in a cluster that is new and not large enough yet.</summary>
    private bool IsWaiting => _cluster.SelfMember.Status is MemberStatus.Joining;

    private bool IsMember(Address address) => _cluster.State.Members.Any(member => member.Address.Equals(address));

    private void AskForOthers()
    {
        if (!IsWaiting)
        {
            _hasSaidSo = false;
            return;
        }

        if (!_hasSaidSo)
        {
            _hasSaidSo = true;
            FederationLog.Of(Context, "").Write(
                LogEvents.NodeWaits, "The cluster of this node is new and needs {Nodes} nodes before one of them dials; this one waits "
                    + "for others", _cluster.Settings.MinNrOfMembers);
        }

        foreach (var seed in _cluster.Settings.SeedNodes.Where(seed => !IsMember(seed)))
        {
            Context.ActorSelection(new RootActorPath(seed) / Self.Path.Elements).Tell(new Identify(seed), Self);
        }
    }

    private void End(string reason)
    {
        FederationLog.Of(Context, "").Write(
            LogEvents.NodeIsolated, "This node {Reason}: the cluster has gone on without it, and it ends", reason);
        Context.Parent.Tell(ComponentProtocol.Isolated.Instance);
        _cluster.Down(_cluster.SelfAddress);
    }

    private sealed class Ask : INoSerializationVerificationNeeded
    {
        public static readonly Ask Instance = new();
    }

    private sealed class Tick : INoSerializationVerificationNeeded
    {
        public static readonly Tick Instance = new();
    }
}

/// <summary>Notices that this process has stood still for so long that the others have gone on without it.</summary>
/// <param name="patience">How long the others wait before they give a silent node up.</param>
internal sealed class FreezeWatch(TimeSpan patience)
{
    private TimeSpan _last;

    /// <summary>Called often.</summary>
    /// <param name="now">The time since the watch was made, by a monotonic clock that goes on while the process does not.</param>
    /// <returns>How long the process stood still, if the others have given it up; else null.</returns>
    public TimeSpan? Tick(TimeSpan now)
    {
        var gap = now - _last;
        _last = now;
        return gap > patience ? gap : null;
    }
}

/// <summary>Notices that a node could be reached for so long without joining that it must be in another cluster.</summary>
/// <param name="patience">The longest time that joining takes.</param>
internal sealed class StrayWatch(TimeSpan patience)
{
    /// <summary>A node that has not answered for so long may have been started again.</summary>
    private static readonly TimeSpan Silence = TimeSpan.FromSeconds(10);

    private readonly Dictionary<string, (TimeSpan First, TimeSpan Last)> _answers = new(StringComparer.Ordinal);

    /// <summary>A node that is not in this one's cluster has answered.</summary>
    /// <returns>True when it has answered for longer than joining takes.</returns>
    public bool IsThere(string node, TimeSpan now)
    {
        var first = _answers.TryGetValue(node, out var before) && now - before.Last <= Silence ? before.First : now;
        _answers[node] = (first, now);
        return now - first > patience;
    }
}
