using Akka.Actor;
using Akka.Cluster;
using Akka.DistributedData;
using Federation.Actors.Diagnostics;
using Federation.Actors.Messages;

namespace Federation.Actors.Clustering;

/// <summary>This node's part of the cluster's directory of peers, and its route to peers of other nodes.</summary>
/// <remarks>
/// <code>
///   Joined, Left --every 250 ms, one update a bucket--> distributed data --Changed--> the node of each peer
///   Call of a peer that is not here --> the node that has it --outcome, or the time is up--> the caller
/// </code>
/// </remarks>
internal sealed class PeerDirectoryActor : UntypedActor, IWithTimers
{
    /// <summary>Calls that may wait for other nodes; more are refused.</summary>
    private const int MostForwarded = 1024;

    /// <summary>A thousand peers that connect at once are a few updates, and a peer is found fast enough for a person.</summary>
    private static readonly TimeSpan FlushInterval = TimeSpan.FromMilliseconds(250);

    private static readonly TimeSpan SweepInterval = TimeSpan.FromSeconds(5);

    /// <summary>Time for the other node's timeout to arrive.</summary>
    private static readonly TimeSpan Margin = TimeSpan.FromSeconds(1);

    private static readonly TimeSpan LongestWait = TimeSpan.FromDays(1);

    private readonly IActorRef _replicator;
    private readonly FederationSettings _settings;
    private readonly IActorRef _health;
    private readonly Cluster _cluster = Cluster.Get(Context.System);
    private readonly PeerDirectory _directory;
    private readonly Dictionary<IActorRef, HashSet<string>> _holders = [];
    private readonly Dictionary<long, Forwarded> _forwarded = [];
    private readonly Dictionary<string, string?> _elsewhere = new(StringComparer.Ordinal);
    private long _lastForwarded;

    public PeerDirectoryActor(IActorRef replicator, FederationSettings settings, IActorRef health)
    {
        _replicator = replicator;
        _settings = settings;
        _health = health;
        _directory = new PeerDirectory(Name(_cluster.SelfUniqueAddress));
    }

    public ITimerScheduler Timers { get; set; } = null!;

    public static Props Props(IActorRef replicator, FederationSettings settings, IActorRef health) =>
        Akka.Actor.Props.Create(() => new PeerDirectoryActor(replicator, settings, health));

    protected override void PreStart()
    {
        for (var bucket = 0; bucket < PeerDirectory.Buckets; bucket++)
        {
            _replicator.Tell(Dsl.Subscribe(Key(bucket), Self));
        }

        Timers.StartPeriodicTimer(Flush.Instance, Flush.Instance, FlushInterval);
        Timers.StartPeriodicTimer(Sweep.Instance, Sweep.Instance, SweepInterval);
    }

    /// <remarks>No message restarts this actor: the components do not repeat their peers, and callers wait for their outcomes.</remarks>
    protected override bool AroundReceive(Receive receive, object message)
    {
        try
        {
            return base.AroundReceive(receive, message);
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            FederationLog.Of(Context, "").Write(LogEvents.MessageFailed,
                "The directory of peers failed at {Message}, which has no other effect: {Failure}", message.GetType().Name, e);
            if (message is RequestProtocol.Call)
            {
                Sender.Tell(RequestOutcome.Failed(RequestErrors.InternalError, "the node failed to process this request"));
            }

            return true;
        }
    }

    protected override void OnReceive(object message)
    {
        switch (message)
        {
            case DirectoryProtocol.Joined joined:
                Join(PeerDirectory.Key(joined.Component, joined.Peer));
                break;
            case DirectoryProtocol.Left left:
                var key = PeerDirectory.Key(left.Component, left.Peer);
                _directory.Leave(key);
                _holders.GetValueOrDefault(Sender)?.Remove(key);
                break;
            case HolderEnded ended when _holders.Remove(ended.Holder, out var keys):
                foreach (var held in keys)
                {
                    _directory.Leave(held);
                }

                break;
            case Changed changed when changed.Key is LWWDictionaryKey<string, string> bucket:
                _directory.Learn(Bucket(bucket), changed.Get(bucket).Entries);
                TellHealth();
                break;
            case Flush:
                Write(_directory.Take(nodes: null));
                break;
            case Sweep:
                // The leader alone removes the entries of nodes that have left.
                Write(_directory.Take(_cluster.SelfAddress.Equals(_cluster.State.Leader) ? Nodes() : null));
                TellHealth();
                break;
            case RequestProtocol.Call call:
                Forward(call);
                break;
            case RequestProtocol.Cancel cancel:
                foreach (var (number, request) in _forwarded.Where(pair => pair.Value.Caller.Equals(cancel.Caller)).ToList())
                {
                    _forwarded.Remove(number);
                    request.Node.Tell(new RequestProtocol.Cancel(cancel.Component, request.Asker), ActorRefs.NoSender);
                }

                break;
            case Answered answered when _forwarded.Remove(answered.Number, out var request):
                request.Caller.Tell(answered.Outcome);
                break;
            case Answered or HolderEnded or UpdateSuccess:
                break;
            default:
                Unhandled(message);
                break;
        }
    }

    private static LWWDictionaryKey<string, string> Key(int bucket) => new($"federation-peers-{bucket}");

    private static int Bucket(LWWDictionaryKey<string, string> key) =>
        int.Parse(key.Id.AsSpan("federation-peers-".Length), System.Globalization.CultureInfo.InvariantCulture);

    /// <summary>A node that has restarted at its old address gets another name.</summary>
    private static string Name(UniqueAddress node) => $"{node.Address}#{node.Uid}";

    private static string AddressOf(string node) => node[..node.LastIndexOf('#')];

    private HashSet<string> Nodes() =>
        _cluster.State.Members.Select(static member => Name(member.UniqueAddress)).ToHashSet(StringComparer.Ordinal);

    private void Join(string key)
    {
        if (!_holders.TryGetValue(Sender, out var keys))
        {
            _holders[Sender] = keys = new HashSet<string>(StringComparer.Ordinal);
            Context.WatchWith(Sender, new HolderEnded(Sender));
        }

        keys.Add(key);
        _directory.Join(key);
    }

    private void Write(IReadOnlyList<(int Bucket, DirectoryUpdate Update)> updates)
    {
        var writer = _cluster.SelfUniqueAddress;
        foreach (var (bucket, update) in updates)
        {
            _replicator.Tell(Dsl.Update(Key(bucket), LWWDictionary<string, string>.Empty, WriteLocal.Instance,
                entries => update.Apply(entries, writer)));
        }
    }

    private void TellHealth()
    {
        var nodes = Nodes();
        foreach (var component in _settings.Components.Where(_settings.IsShared))
        {
            var node = _directory.Find(component.Name, "", nodes) is { } found ? AddressOf(found) : null;
            if (!_elsewhere.TryGetValue(component.Name, out var told) || !string.Equals(told, node, StringComparison.Ordinal))
            {
                _elsewhere[component.Name] = node;
                _health.Tell(new HealthProtocol.Elsewhere(component.Name, node));
            }
        }
    }

    /// <summary>This node limits the wait too, since the other one may end.</summary>
    private void Forward(RequestProtocol.Call call)
    {
        if (_directory.Find(call.Component, call.Peer, Nodes()) is not { } holder)
        {
            Sender.Tell(RequestOutcome.Failed(RequestErrors.UnknownPeer,
                $"no peer named {call.Peer} is connected to {call.Component} on any node"));
            return;
        }

        if (_forwarded.Count >= MostForwarded)
        {
            Sender.Tell(RequestOutcome.Failed(RequestErrors.TooManyRequests,
                $"{MostForwarded} requests to other nodes are already pending"));
            return;
        }

        var component = _settings.Components.FirstOrDefault(
            component => string.Equals(component.Name, call.Component, StringComparison.Ordinal))
            ?? new ComponentSettings();
        var time = call.Timeout ?? component.Bidirectional.RequestTimeout;
        var limit = time < LongestWait ? time + Margin : LongestWait;
        var node = Context.ActorSelection(new RootActorPath(Address.Parse(AddressOf(holder))) / Context.Parent.Path.Elements);
        var (number, asker) = (++_lastForwarded, (IActorRef)ActorRefs.Nobody);
        var answer = node.Ask<RequestOutcome>(
            self =>
            {
                asker = self;
                return call with { IsForwarded = true };
            },
            limit,
            CancellationToken.None);
        _forwarded[number] = new Forwarded(Sender, node, asker);
        var timeout = RequestOutcome.Failed(RequestErrors.Timeout,
            $"the node to which {call.Peer} is connected has not answered within {limit.TotalSeconds:0.###} s");
        _ = answer.PipeTo(Self, success: outcome => new Answered(number, outcome), failure: _ => new Answered(number, timeout));
    }

    private sealed record Forwarded(IActorRef Caller, ActorSelection Node, IActorRef Asker);

    private sealed record Answered(long Number, RequestOutcome Outcome) : INoSerializationVerificationNeeded;

    private sealed record HolderEnded(IActorRef Holder) : INoSerializationVerificationNeeded;

    private sealed class Flush : INoSerializationVerificationNeeded
    {
        public static readonly Flush Instance = new();
    }

    private sealed class Sweep : INoSerializationVerificationNeeded
    {
        public static readonly Sweep Instance = new();
    }
}

/// <summary>The peers of this node, valid until the sender of the message ends.</summary>
internal static class DirectoryProtocol
{
    /// <summary>An empty peer: the component runs here.</summary>
    public sealed record Joined(string Component, string Peer) : INoSerializationVerificationNeeded;

    public sealed record Left(string Component, string Peer) : INoSerializationVerificationNeeded;
}
