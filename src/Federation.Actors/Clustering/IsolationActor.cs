using Akka.Actor;
using Akka.Cluster;
using Akka.Event;
using Akka.Remote;
using Federation.Actors.Diagnostics;
using Federation.Actors.Messages;

namespace Federation.Actors.Clustering;

/// <summary>Downs this node at once when its cluster has continued without it, so that it does not dial the servers that another node
/// dials by now.</summary>
/// <remarks><para>Another node has quarantined this one, or this process stood still for longer than the others wait. Without this actor
/// the node would find the others unreachable, and take as long as they did to end itself; meanwhile its dialers would return.</para>
/// <para>A first seed node that starts alone waits in a cluster of its own, without dialling, and contacts the other seed nodes. When
/// they answer and do not join, they have a cluster of their own, and this node ends, to be restarted and to join them.</para></remarks>
internal sealed class IsolationActor : UntypedActor, IWithTimers
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    /// <summary>A seed node that answers for this long and has not joined will not: three times Akka's seed-node-timeout.</summary>
    private static readonly TimeSpan JoinTime = TimeSpan.FromSeconds(15);

    /// <summary>Remoting logs each attempt at an absent node.</summary>
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

    public ITimerScheduler Timers { get; set; } = null!;

    /// <param name="time">Not the actor system's clock, which may stand still with the process.</param>
    public static Props Props(TimeSpan patience, TimeProvider time) => Akka.Actor.Props.Create(() => new IsolationActor(patience, time));

    public static TimeSpan Patience(ActorSystem system)
    {
        var config = system.Settings.Config.GetConfig("akka.cluster");
        return config.GetTimeSpan("failure-detector.acceptable-heartbeat-pause")
            + config.GetTimeSpan("split-brain-resolver.stable-after", TimeSpan.Zero);
    }

    protected override void PreStart()
    {
        Context.System.EventStream.Subscribe(Self, typeof(ThisActorSystemQuarantinedEvent));
        Timers.StartPeriodicTimer(Tick.Instance, Tick.Instance, Interval);
        Timers.StartPeriodicTimer(Ask.Instance, Ask.Instance, AskInterval);
    }

    protected override void OnReceive(object message)
    {
        switch (message)
        {
            case Tick:
                if (_watch.Tick(_time.GetElapsedTime(_started)) is { } gap && _cluster.State.Members.Count > 1)
                {
                    End($"was suspended for {gap.TotalSeconds:0} s");
                }

                break;
            case Ask:
                AskForOthers();
                break;
            case ActorIdentity { Subject: { } other }
                when IsWaiting && !IsMember(other.Path.Address)
                    && _others.IsThere(other.Path.Address.ToString(), _time.GetElapsedTime(_started)):
                End($"waits for other nodes to join, but {other.Path.Address} runs and does not join");
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
                LogEvents.NodeWaits, "The cluster of this node is new, and needs {Nodes} nodes before one of them dials; this node waits "
                    + "for the others", _cluster.Settings.MinNrOfMembers);
        }

        foreach (var seed in _cluster.Settings.SeedNodes.Where(seed => !IsMember(seed)))
        {
            Context.ActorSelection(new RootActorPath(seed) / Self.Path.Elements).Tell(new Identify(seed), Self);
        }
    }

    private void End(string reason)
    {
        FederationLog.Of(Context, "").Write(
            LogEvents.NodeIsolated, "This node {Reason}: the cluster continues without it, and the node stops", reason);
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

/// <summary>Detects that this process stood still for so long that the cluster continued without it.</summary>
internal sealed class FreezeWatch(TimeSpan patience)
{
    private TimeSpan _last;

    /// <summary>Called often.</summary>
    /// <param name="now">By a monotonic clock that continues while the process stands still.</param>
    /// <returns>How long the process stood still, if the others have given it up; else null.</returns>
    public TimeSpan? Tick(TimeSpan now)
    {
        var gap = now - _last;
        _last = now;
        return gap > patience ? gap : null;
    }
}

/// <summary>Detects a node that answers without joining, and must therefore be in another cluster.</summary>
internal sealed class StrayWatch(TimeSpan patience)
{
    /// <summary>A node that is silent for this long may have restarted.</summary>
    private static readonly TimeSpan Silence = TimeSpan.FromSeconds(10);

    private readonly Dictionary<string, (TimeSpan First, TimeSpan Last)> _answers = new(StringComparer.Ordinal);

    /// <summary>A node outside of this cluster has answered.</summary>
    /// <returns>True when it has answered for longer than joining takes.</returns>
    public bool IsThere(string node, TimeSpan now)
    {
        var first = _answers.TryGetValue(node, out var before) && now - before.Last <= Silence ? before.First : now;
        _answers[node] = (first, now);
        return now - first > patience;
    }
}
