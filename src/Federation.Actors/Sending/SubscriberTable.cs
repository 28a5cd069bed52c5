using System.Runtime.InteropServices;
using Akka.Actor;
using Federation.Actors.Diagnostics;
using Federation.Actors.Messages;
using Federation.Actors.Protocol;
using Federation.Actors.Security;

namespace Federation.Actors.Sending;

/// <summary>The peers that a component sends to. Not thread-safe.</summary>
internal sealed class SubscriberTable
{
    public const string Server = "server";

    private readonly Dictionary<string, Subscriber> _byKey = new(StringComparer.Ordinal);
    private readonly Dictionary<IActorRef, Subscriber> _byConnection = [];
    private readonly Dictionary<IActorRef, Subscriber> _byDelivery = [];
    private readonly SortedSet<Subscriber> _away = new(Comparer<Subscriber>.Create(Subscriber.CompareAway));

    public IReadOnlyCollection<Subscriber> All => _byKey.Values;

    /// <summary>Time since the oldest message on its way to a peer was sent; zero when none is.</summary>
    public TimeSpan UnackedAge(TimeSpan now) => now - (_byKey.Values.Min(static subscriber => subscriber.Meter?.UnackedSince) ?? now);

    /// <summary>The absent peer to forget when there are too many: unverified names first, then the longest away. Null: all are
    /// connected.</summary>
    public Subscriber? FirstToForget => _away.Min;

    public static string Key(ComponentMode mode, PeerName peer) => mode == ComponentMode.Client ? Server : Key(peer.Identity);

    public Subscriber Add(string key, IActorRef delivery)
    {
        var subscriber = new Subscriber(key, delivery);
        _byKey.Add(key, subscriber);
        _byDelivery.Add(delivery, subscriber);
        return subscriber;
    }

    public Subscriber? Find(string key) => _byKey.GetValueOrDefault(key);

    /// <summary>Divides messages among the peers that they name.</summary>
    /// <param name="messages">At least one.</param>
    /// <param name="unclaimed">The number of messages that no peer gets.</param>
    /// <returns>For each peer its messages in their order; null: all peers get all.</returns>
    public IReadOnlyDictionary<Subscriber, List<OutboundMessage>>? Divide(IReadOnlyList<OutboundMessage> messages, out int unclaimed)
    {
        if (!IsAnyAddressed(messages))
        {
            unclaimed = All.Count == 0 ? messages.Count : 0;
            return null;
        }

        unclaimed = 0;
        var shares = new Dictionary<Subscriber, List<OutboundMessage>>();
        foreach (var message in messages)
        {
            IReadOnlyCollection<Subscriber> receivers = message.To is not { } name ? All : Named(name) is { } one ? [one] : [];
            unclaimed += receivers.Count == 0 ? 1 : 0;
            foreach (var receiver in receivers)
            {
                (CollectionsMarshal.GetValueRefOrAddDefault(shares, receiver, out _) ??= []).Add(message);
            }
        }

        return shares;
    }

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

    private static string Key(string peer) => $"peer/{peer}";

    private static bool IsAnyAddressed(IReadOnlyList<OutboundMessage> messages)
    {
        for (var i = 0; i < messages.Count; i++)
        {
            if (messages[i].To is not null)
            {
                return true;
            }
        }

        return false;
    }

    private Subscriber? Named(string peer) =>
        Find(Key(peer)) ?? (Find(Server) is { } server && string.Equals(server.Peer.Identity, peer, StringComparison.Ordinal) ? server : null);

    private static PeerView View(Subscriber away, Instant now)
    {
        var meter = away.Meter!;
        return new PeerView(
            meter.Identity, meter.Address, now.Stamp(
                away.AwaySince), "away", 0, 0, meter.Received, meter.Sent, meter.Held, RateCap: null, meter.Capabilities,
            meter.Described?.Tags);
    }
}

internal sealed class Subscriber(string key, IActorRef delivery)
{
    public string Key { get; } = key;

    public IActorRef Delivery { get; } = delivery;

    /// <summary>Nobody while the peer is away.</summary>
    public IActorRef Connection { get; set; } = ActorRefs.Nobody;

    /// <summary>The name on its last connection.</summary>
    public PeerName Peer { get; set; } = PeerName.None;

    /// <summary>Counts of its present or last connection, except for held messages. Null before the first.</summary>
    public PeerMeter? Meter { get; set; }

    public bool IsBatching { get; set; }

    /// <summary>Of its present or last connection; null: it may receive everything.</summary>
    public PeerPermissions? Permissions { get; set; }

    /// <summary>Messages per second; null: no limit.</summary>
    public double? Rate { get; set; }

    /// <summary>End of its last connection, by the monotonic clock.</summary>
    public TimeSpan AwaySince { get; set; }

    /// <summary>Nothing can be sent now; used while the component drains.</summary>
    public bool IsIdle { get; set; }

    /// <summary>Orders absent peers, the first to forget first.</summary>
    public static int CompareAway(Subscriber one, Subscriber other) =>
        one.Peer.Vouched != other.Peer.Vouched ? one.Peer.Vouched.CompareTo(other.Peer.Vouched)
        : one.AwaySince != other.AwaySince ? one.AwaySince.CompareTo(other.AwaySince)
        : string.CompareOrdinal(one.Key, other.Key);

    public bool IsConnected => !Connection.IsNobody();
}
