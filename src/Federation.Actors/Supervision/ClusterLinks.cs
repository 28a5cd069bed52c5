using Akka.Actor;
using Akka.Cluster;
using Akka.Cluster.Sharding;
using Akka.DistributedData;
using Federation.Actors.Clustering;
using Federation.Actors.Diagnostics;
using Federation.Actors.Messages;

namespace Federation.Actors.Supervision;

/// <summary>
/// A node's part of what its cluster shares: the directory of peers, and the region whose entities are the components in client mode.
/// </summary>
/// <remarks>Not thread-safe: it belongs to the node's supervisor, whose messages about the cluster it handles.</remarks>
internal sealed class ClusterLinks(IActorContext context, FederationSettings settings, ITimerScheduler timers)
{
    /// <summary>
    /// The interval at which the region is told which entities are to run. It remembers them, except for those that a node has ended
    /// because it does not
    /// know the component, and for all of them when the last node has gone.
    /// </summary>
    private static readonly TimeSpan StartInterval = TimeSpan.FromSeconds(10);

    /// <summary>How much longer than a drain handing over to other nodes may take, for the entities that need all of their time.</summary>
    private static readonly TimeSpan HandOverMargin = TimeSpan.FromSeconds(1);

    private readonly IActorRef _self = context.Self;
    private readonly Dictionary<string, ComponentSettings> _shared =
        settings.Components.Where(settings.IsShared).ToDictionary(static component => component.Name, StringComparer.Ordinal);

    private IActorRef _region = ActorRefs.Nobody;
    private bool _isLeaving;

    /// <summary>Finds peers of other nodes; nobody: the node is alone.</summary>
    public IActorRef Directory { get; private set; } = ActorRefs.Nobody;

    /// <summary>True while shared components may run here.</summary>
    public bool IsOpen { get; private set; }

    public int Count => _shared.Count;

    public bool Has(string component) => _shared.ContainsKey(component);

    /// <summary>Joins what the cluster shares; the region starts once this node is a member.</summary>
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

    /// <summary>Handles a message about the cluster.</summary>
    /// <param name="message">What the supervisor has received.</param>
    /// <param name="component">Makes a shared component.</param>
    /// <returns>False when it is about something else.</returns>
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

    /// <summary>
    /// Hands the dialled components to the other nodes, each drained first. They end where they are when the cluster has gone on without
    /// this node, or
    /// this node has never been a member.
    /// </summary>
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

/// <summary>
/// Stands for a component that the cluster has given to this node, whose settings do not have it. It ends, and is started again only by a
/// node that has it.
/// </summary>
internal sealed class UnknownComponentActor(string component) : UntypedActor
{
    public static Props Props(string component) => Akka.Actor.Props.Create(() => new UnknownComponentActor(component));

    /// <inheritdoc />
    protected override void PreStart()
    {
        FederationLog.Of(Context, component).Write(
            LogEvents.ComponentUnknown,
            "{Component} is to run on this node, whose configuration has no client of that name: all nodes of a cluster need the same "
            + "ones; nobody dials it", component);
        Context.Parent.Tell(new Passivate(PoisonPill.Instance));
    }

    /// <summary>Whatever ends the entity ends it at once: there is nothing to drain.</summary>
    protected override void OnReceive(object message) => Context.Stop(Self);
}
