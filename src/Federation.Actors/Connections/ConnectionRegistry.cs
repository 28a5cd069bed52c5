using Akka.Actor;
using Federation.Actors.Diagnostics;
using Federation.Actors.Messages;
using Federation.Actors.Security;

namespace Federation.Actors.Connections;

/// <summary>The live connections of a component. Not thread-safe: used by the component's supervisor, which alone watches them.</summary>
internal sealed class ConnectionRegistry(int perPeer)
{
    /// <summary>How long a peer counts as slow or throttled after a slow signal.</summary>
    internal static readonly TimeSpan SlowFor = TimeSpan.FromSeconds(3);

    private readonly Dictionary<IActorRef, Entry> _entries = [];

    // The newest connection of each peer, linked to the older ones: few peers have a second.
    private readonly Dictionary<string, Entry> _newest = new(StringComparer.Ordinal);

    public IReadOnlyCollection<IActorRef> Connections => _entries.Keys;

    public int Count => _entries.Count;

    /// <summary>The connections whose credential is not valid any more, each once.</summary>
    public IReadOnlyList<Entry> TakeRevoked()
    {
        List<Entry> revoked = [.. _entries.Values.Where(static entry => entry.Credential is { IsRevoked: true })];
        revoked.ForEach(static entry => entry.Credential = null);
        return revoked;
    }

    public IReadOnlyCollection<string> Identities => _newest.Keys;

    /// <param name="isReplaceable">Counts towards the limit of its peer.</param>
    /// <param name="limit">Connections that its peer may have by its profile; 0: as many as any.</param>
    /// <returns>The superseded connection, or null. It stays until it has ended, but is superseded only once.</returns>
    public Entry? Add(IActorRef connection, PeerMeter meter, bool isReplaceable, PeerCredential? credential = null, int limit = 0)
    {
        var older = _newest.GetValueOrDefault(meter.Identity);
        var added = new Entry(connection, meter) { IsReplaceable = isReplaceable, Older = older, Credential = credential };
        _entries.Add(connection, added);
        _newest[meter.Identity] = added;
        if (!isReplaceable)
        {
            return null;
        }

        var (count, oldest) = (0, added);
        for (var entry = added; entry is not null; entry = entry.Older)
        {
            if (entry.IsReplaceable)
            {
                (count, oldest) = (count + 1, entry);
            }
        }

        if (count <= (limit > 0 ? limit : perPeer))
        {
            return null;
        }

        oldest.IsReplaceable = false;
        return oldest;
    }

    public bool Remove(IActorRef connection)
    {
        if (!_entries.Remove(connection, out var removed))
        {
            return false;
        }

        var identity = removed.Meter.Identity;
        var newer = _newest[identity];
        if (newer != removed)
        {
            while (newer.Older != removed)
            {
                newer = newer.Older!;
            }

            newer.Older = removed.Older;
        }
        else if (removed.Older is { } older)
        {
            _newest[identity] = older;
        }
        else
        {
            _newest.Remove(identity);
        }

        return true;
    }

    public bool IsConnected(string identity) => _newest.ContainsKey(identity);

    /// <summary>The connections of a peer, without closing ones.</summary>
    public IReadOnlyList<IActorRef> Find(string identity)
    {
        var found = new List<IActorRef>();
        for (var entry = _newest.GetValueOrDefault(identity); entry is not null; entry = entry.Older)
        {
            if (entry.Meter.End is null)
            {
                found.Add(entry.Connection);
            }
        }

        return found;
    }

    public ComponentProtocol.Peers List(ComponentProtocol.GetPeers question, Instant now)
    {
        PeerMeter[] found =
        [
            .. _entries.Values.Select(static entry => entry.Meter).Where(meter => question.Filter.Length == 0
                || meter.Identity.Contains(question.Filter, StringComparison.OrdinalIgnoreCase)
                || meter.Address.Contains(question.Filter, StringComparison.OrdinalIgnoreCase)),
        ];
        var page = found.OrderBy(static meter => meter.Identity, StringComparer.Ordinal).ThenBy(static meter => meter.Since)
            .Skip(question.Offset).Take(question.Limit);
        return new ComponentProtocol.Peers(_entries.Count, found.Length, [.. page.Select(meter => View(meter, now))]);
    }

    private static PeerView View(PeerMeter meter, Instant now)
    {
        meter.Sample(now.Elapsed);
        var state = meter.End is not null ? "closing"
            : meter.IsSlow(now.Elapsed, SlowFor) ? "slow"
            : meter.IsThrottled(now.Elapsed, SlowFor) ? "throttled"
            : meter.RateCap > 0 ? "limited"
            : "connected";
        return new PeerView(
            meter.Identity, meter.Address, now.Stamp(meter.Since), state, meter.RateIn, meter.RateOut,
            meter.Received, meter.Sent, meter.Held,
            meter.RateCap > 0 ? meter.RateCap : null, meter.Capabilities, meter.Described?.Tags);
    }

    internal sealed class Entry(IActorRef connection, PeerMeter meter)
    {
        public IActorRef Connection => connection;

        public PeerMeter Meter => meter;

        public Entry? Older { get; set; }

        public bool IsReplaceable { get; set; }

        /// <summary>Null: none was required, or it is revoked.</summary>
        public PeerCredential? Credential { get; set; }
    }
}
