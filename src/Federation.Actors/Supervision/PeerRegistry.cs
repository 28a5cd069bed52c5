using System.Diagnostics.CodeAnalysis;
using Akka.Actor;
using Federation.Actors.Diagnostics;
using Federation.Actors.Messages;

namespace Federation.Actors.Supervision;

/// <summary>What is known of a component's connections, for who lists them. Pure; not thread-safe.</summary>
internal sealed class PeerRegistry
{
    /// <summary>How long a peer is called slow after either end has told the other to be slower.</summary>
    internal static readonly TimeSpan SlowFor = TimeSpan.FromSeconds(3);

    private readonly Dictionary<IActorRef, Line> _lines = [];

    /// <summary>Adds a connection.</summary>
    public void Add(IActorRef connection, PeerMeter meter, TimeSpan now) => _lines[connection] = new Line(connection, meter, now);

    /// <summary>Forgets a connection.</summary>
    public bool Remove(IActorRef connection, [NotNullWhen(true)] out PeerMeter? meter)
    {
        var known = _lines.Remove(connection, out var line);
        meter = line?.Meter;
        return known;
    }

    /// <summary>Where a connection's peer is; empty when the connection is not known.</summary>
    public string Address(IActorRef connection) => _lines.TryGetValue(connection, out var line) ? line.Meter.Address : "";

    /// <summary>The open connections of a peer.</summary>
    public IReadOnlyList<IActorRef> Find(string identity) =>
        [.. _lines.Values.Where(line => line.Meter.End is null && string.Equals(line.Meter.Identity, identity, StringComparison.Ordinal)).Select(line => line.Connection)];

    /// <summary>Some of them, by name.</summary>
    public ComponentProtocol.Peers List(ComponentProtocol.GetPeers question, Instant now)
    {
        Line[] found =
        [
            .. _lines.Values.Where(line => question.Filter.Length == 0
                || line.Meter.Identity.Contains(question.Filter, StringComparison.OrdinalIgnoreCase)
                || line.Meter.Address.Contains(question.Filter, StringComparison.OrdinalIgnoreCase)),
        ];
        var page = found.OrderBy(static line => line.Meter.Identity, StringComparer.Ordinal).ThenBy(static line => line.Since).Skip(question.Offset).Take(question.Limit);
        return new ComponentProtocol.Peers(_lines.Count, found.Length, [.. page.Select(line => View(line, now))]);
    }

    private static PeerView View(Line line, Instant now)
    {
        var meter = line.Meter;
        meter.Sample(line.Since, now.Elapsed);
        var state = meter.End is not null ? "closing"
            : meter.IsSlow(now.Elapsed, SlowFor) ? "slow"
            : meter.RateCap > 0 ? "limited"
            : "connected";
        return new PeerView(
            meter.Identity, meter.Address, now.Stamp(line.Since), state, meter.RateIn, meter.RateOut, meter.Received, meter.Sent, meter.Held,
            meter.RateCap > 0 ? meter.RateCap : null, meter.Capabilities);
    }

    private sealed record Line(IActorRef Connection, PeerMeter Meter, TimeSpan Since);
}
