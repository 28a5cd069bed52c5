using Akka.Actor;
using Federation.Actors.Diagnostics;
using Federation.Actors.Messages;
using Federation.Actors.Protocol;

namespace Federation.Actors.Sending;

/// <summary>The peers that a component sends to. Not thread-safe.</summary>
internal sealed class SubscriberTable
{
    /// <summary>What the server that is dialled is found by, whichever of its addresses it has.</summary>
    public const string Server = "server";

    private readonly Dictionary<string, Subscriber> _byKey = new(StringComparer.Ordinal);
    private readonly Dictionary<IActorRef, Subscriber> _byConnection = [];
    private readonly Dictionary<IActorRef, Subscriber> _byDelivery = [];
    private readonly SortedSet<Subscriber> _away = new(Comparer<Subscriber>.Create(Subscriber.CompareAway));

    public IReadOnlyCollection<Subscriber> All => _byKey.Values;

    /// <summary>
    /// The one to forget when there are too many: absent, not vouched for if there is such a one, and away longest. Null: all are
    /// connected.
    /// </summary>
    public Subscriber? FirstToForget => _away.Min;

    public static string Key(ComponentMode mode, PeerName peer) => mode == ComponentMode.Client ? Server : $"peer/{peer.Identity}";

    public Subscriber Add(string key, IActorRef delivery)
    {
        var subscriber = new Subscriber(key, delivery);
        _byKey.Add(key, subscriber);
        _byDelivery.Add(delivery, subscriber);
        return subscriber;
    }

    public Subscriber? Find(string key) => _byKey.GetValueOrDefault(key);

    public Subscriber? Having(IActorRef connection) => _byConnection.GetValueOrDefault(connection);

    public Subscriber? Of(IActorRef delivery) => _byDelivery.GetValueOrDefault(delivery);

    public void Connect(Subscriber subscriber, IActorRef connection, PeerName peer)
    {
        _away.Remove(subscriber);
        _byConnection.Remove(subscriber.Connection);
        _byConnection[connection] = subscriber;
        subscriber.Connection = connection;
        subscriber.Peer = peer;
    }

    public Subscriber? Disconnect(IActorRef connection, TimeSpan now)
    {
        if (!_byConnection.Remove(connection, out var subscriber))
        {
            return null;
        }

        subscriber.Connection = ActorRefs.Nobody;
        subscriber.AwaySince = now;
        _away.Add(subscriber);
        return subscriber;
    }

    /// <summary>Adds to a list those that have had a connection and have none, by name.</summary>
    public ComponentProtocol.Peers List(EgressProtocol.ListAway asked, Instant now)
    {
        var (question, listed) = (asked.Question, asked.Listed);
        PeerView[] away = [.. _byKey.Values.Where(static subscriber => !subscriber.IsConnected && subscriber.Meter is not null).Select(
            subscriber => View(subscriber, now))];
        PeerView[] found =
        [
            .. away.Where(peer => peer.Identity.Contains(question.Filter, StringComparison.OrdinalIgnoreCase)
                || peer.Address.Contains(question.Filter, StringComparison.OrdinalIgnoreCase)),
        ];
        var page = found.OrderBy(static peer => peer.Identity, StringComparer.Ordinal)
            .Skip(Math.Max(0, question.Offset - listed.Found)).Take(question.Limit - listed.Page.Count);
        return new ComponentProtocol.Peers(listed.Total + away.Length, listed.Found + found.Length, [.. listed.Page, .. page]);
    }

    public void Idle(IActorRef delivery)
    {
        if (_byDelivery.TryGetValue(delivery, out var subscriber))
        {
            subscriber.IsIdle = true;
        }
    }

    public Subscriber? Remove(string key)
    {
        if (!_byKey.Remove(key, out var subscriber))
        {
            return null;
        }

        _away.Remove(subscriber);
        _byConnection.Remove(subscriber.Connection);
        _byDelivery.Remove(subscriber.Delivery);
        return subscriber;
    }

    private static PeerView View(Subscriber away, Instant now)
    {
        var meter = away.Meter!;
        return new PeerView(
            meter.Identity, meter.Address, now.Stamp(
                away.AwaySince), "away", 0, 0, meter.Received, meter.Sent, meter.Held, RateCap: null, meter.Capabilities);
    }
}

/// <summary>A peer that gets what the component sends.</summary>
internal sealed class Subscriber(string key, IActorRef delivery)
{
    public string Key { get; } = key;

    public IActorRef Delivery { get; } = delivery;

    /// <summary>Its connection; nobody while it is away.</summary>
    public IActorRef Connection { get; set; } = ActorRefs.Nobody;

    /// <summary>Its name, as of its last connection.</summary>
    public PeerName Peer { get; set; } = PeerName.None;

    /// <summary>
    /// What is counted of its connection; while it is away, of its last one, except for what is held for it. Null: it has had none.
    /// </summary>
    public PeerMeter? Meter { get; set; }

    /// <summary>Messages a second that may be sent to it; null: no limit.</summary>
    public double? Rate { get; set; }

    /// <summary>When its last connection ended, by the monotonic clock.</summary>
    public TimeSpan AwaySince { get; set; }

    /// <summary>True when it holds nothing that can be sent now; only while the component drains.</summary>
    public bool IsIdle { get; set; }

    /// <summary>
    /// Orders absent peers: who is forgotten first comes first. Names that nobody vouches for cost nothing; then whoever is away longest.
    /// </summary>
    public static int CompareAway(Subscriber one, Subscriber other) =>
        one.Peer.Vouched != other.Peer.Vouched ? one.Peer.Vouched.CompareTo(other.Peer.Vouched)
        : one.AwaySince != other.AwaySince ? one.AwaySince.CompareTo(other.AwaySince)
        : string.CompareOrdinal(one.Key, other.Key);

    public bool IsConnected => !Connection.IsNobody();
}
