using Akka.Actor;
using Akka.Cluster;
using Akka.Cluster.Sharding;
using Akka.DistributedData;
using Federation.Actors.Clustering;
using Federation.Actors.Diagnostics;
using Federation.Actors.Messages;

namespace Federation.Actors.Supervision;

/// <summary>A node's part of its cluster: the directory of peers, and the region of the components in client mode.</summary>
/// <remarks>Not thread-safe: used by the node's supervisor, whose messages about the cluster it handles.</remarks>
internal sealed class ClusterLinks(IActorContext context, FederationSettings settings, ITimerScheduler timers)
{
    /// <summary>The interval of starting the region's entities. The region remembers them, except for those of components that a node did
    /// not know, and after the last node has ended.</summary>
    private static readonly TimeSpan StartInterval = TimeSpan.FromSeconds(10);

    private static readonly TimeSpan HandOverMargin = TimeSpan.FromSeconds(1);

    private readonly IActorRef _self = context.Self;
    private readonly Dictionary<string, ComponentSettings> _shared =
        settings.Components.Where(settings.IsShared).ToDictionary(static component => component.Name, StringComparer.Ordinal);

    private IActorRef _region = ActorRefs.Nobody;
    private bool _isLeaving;

    public IActorRef Directory { get; private set; } = ActorRefs.Nobody;

    /// <summary>True while shared components may run here.</summary>
    public bool IsOpen { get; private set; }

    public int Count => _shared.Count;

    public bool Has(string component) => _shared.ContainsKey(component);

    public void Join(IActorRef health)
    {
        var self = _self;
        context.ActorOf(IsolationActor.Props(IsolationActor.Patience(context.System), Clock.System.Time), "isolation");
        Directory = context.ActorOf(PeerDirectoryActor.Props(DistributedData.Get(context.System).Replicator, settings, health),
            "directory");

        // Sharding's serializers have to be there before another node sends anything. Its region waits: without a coordinator it
        // complains twice a second.
        ClusterSharding.Get(context.System);
        Cluster.Get(context.System).RegisterOnMemberUp(() => self.Tell(MemberUp.Instance));
    }

    /// <returns>False for any other message.</returns>
    public bool Handle(object message, Func<ComponentSettings, Props> component)
    {
        switch (message)
        {
            case MemberUp:
                if (!_isLeaving && !IsOpen)
                {
                    OpenRegion(component);
                }

                break;
            case RegionStarted started:
                _region = context.WatchWith(started.Region, RegionEnded.Instance);
                if (_isLeaving)
                {
                    EndRegion();
                }
                else
                {
                    StartEntities();
                }

                break;
            case RegionEnded:
                _region = ActorRefs.Nobody;
                IsOpen = false;
                timers.Cancel(StartTick.Instance);
                break;
            case StartTick:
                StartEntities();
                break;
            case ComponentProtocol.Isolated:
            case TimeIsUp: // The other nodes cannot be reached, or do not take over.
                timers.Cancel(StartTick.Instance);
                _region.Tell(PoisonPill.Instance);
                break;
            case Status.Failure failure:
                throw new InvalidOperationException($"the dialled components cannot be shared in the cluster: {failure.Cause.Message}",
                    failure.Cause);
            default:
                return false;
        }

        return true;
    }

    /// <summary>Hands the dialled components over to other nodes, each drained first. They just end when the cluster continued without
    /// this node, or this node was never a member.</summary>
    public void Leave(TimeSpan drain)
    {
        _isLeaving = true;
        timers.Cancel(StartTick.Instance);
        if (IsOpen)
        {
            EndRegion();
            timers.StartSingleTimer(TimeIsUp.Instance, TimeIsUp.Instance, drain + HandOverMargin);
        }
    }

    private void OpenRegion(Func<ComponentSettings, Props> component)
    {
        var shared = _shared;
        _ = LinkRegion.StartAsync(
                context.System, settings.Cluster, settings.ShutdownTimeout,
                name => shared.TryGetValue(name, out var known) ? component(known) : UnknownComponentActor.Props(name))
            .PipeTo(_self, success: static region => new RegionStarted(region));
        IsOpen = true;
        timers.StartPeriodicTimer(StartTick.Instance, StartTick.Instance, StartInterval);
    }

    private void StartEntities()
    {
        foreach (var component in _shared.Keys)
        {
            _region.Tell(new ShardRegion.StartEntity(component), ActorRefs.NoSender);
        }
    }

    private void EndRegion() => _region.Tell(
        Cluster.Get(context.System).SelfMember.Status is MemberStatus.Up or MemberStatus.WeaklyUp
            or MemberStatus.Leaving or MemberStatus.Exiting
            ? GracefulShutdown.Instance
            : PoisonPill.Instance);

    private sealed class MemberUp : INoSerializationVerificationNeeded
    {
        public static readonly MemberUp Instance = new();
    }

    private sealed record RegionStarted(IActorRef Region) : INoSerializationVerificationNeeded;

    private sealed class RegionEnded : INoSerializationVerificationNeeded
    {
        public static readonly RegionEnded Instance = new();
    }

    private sealed class StartTick : INoSerializationVerificationNeeded
    {
        public static readonly StartTick Instance = new();
    }

    private sealed class TimeIsUp : INoSerializationVerificationNeeded
    {
        public static readonly TimeIsUp Instance = new();
    }
}

/// <summary>Stands for a component of the cluster that is missing in this node's settings. It ends, and only a node that has the
/// component starts it again.</summary>
internal sealed class UnknownComponentActor(string component) : UntypedActor
{
    public static Props Props(string component) => Akka.Actor.Props.Create(() => new UnknownComponentActor(component));

    protected override void PreStart()
    {
        FederationLog.Of(Context, component).Write(
            LogEvents.ComponentUnknown,
            "{Component} was assigned to this node, whose configuration has no client of that name; it is not dialled. All nodes need "
            + "the same clients", component);
        Context.Parent.Tell(new Passivate(PoisonPill.Instance));
    }

    /// <summary>Any message ends the entity: there is nothing to drain.</summary>
    protected override void OnReceive(object message) => Context.Stop(Self);
}
