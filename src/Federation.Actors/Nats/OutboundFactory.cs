using System.Diagnostics;
using Federation.Actors.Diagnostics;
using Federation.Actors.Protocol;
using Federation.Actors.Sending;
using NATS.Client.Core;

namespace Federation.Actors.Nats;

/// <summary>Makes messages to peers of NATS messages. Thread-safe.</summary>
internal sealed class OutboundFactory(string nodeId, bool showsSubject)
{
    private int _peerToken = -1;
    private readonly OutboundFacts _own = new(null, $"[\"{nodeId}\"]", null, null);

    public bool ShowsSubject => showsSubject;

    /// <summary>A factory for one input, whose messages are for the peer that their subject names if the input is such.</summary>
    public OutboundFactory Of(InputPortSettings port) => new(nodeId, showsSubject) { _peerToken = port.PeerToken };

    /// <param name="to">The only peer that gets it; null: the one that its subject names, or all.</param>
    public OutboundMessage Make(
        OutboundSource source, long number, string subject, NatsHeaders? headers, ReadOnlyMemory<byte> payload, string? to = null)
    {
        var facts = Read(headers);
        return new OutboundMessage { Source = source, Number = number, Subject = subject, Payload = payload, To = to ?? PeerIn(subject),
            Via = facts.Via, TraceParent = facts.TraceParent, ShowsSubject = ShowsSubject, From = facts.From, Trace = facts.Trace };
    }

    public OutboundFacts Read(NatsHeaders? headers)
    {
        if (headers is null)
        {
            return _own;
        }

        var header = Value(headers, FederationHeaders.Via);
        var via = header is null ? _own.Via : $"[\"{string.Join("\",\"", FederationHeaders.ReadVia(header, nodeId))}\"]";

        // Only what this node itself has published names one of its own peers.
        var isOurs = header is not null && header.EndsWith(nodeId, StringComparison.Ordinal)
            && string.Equals(header[(header.LastIndexOf(',') + 1)..].Trim(), nodeId, StringComparison.Ordinal);
        var traceParent = TraceParent.Valid(Value(headers, TraceParent.Name));
        return new OutboundFacts(isOurs ? Value(headers, FederationHeaders.Peer) : null, via, traceParent, Trace(traceParent));
    }

    /// <returns>Null: the input is for all. Empty, the name of no peer, for a generated name: several peers have it in turn.</returns>
    private string? PeerIn(string subject) =>
        _peerToken < 0 ? null : subject.Split('.')[_peerToken] is var name && NodeName.IsGenerated(name) ? "" : name;

    private static OutboundTrace? Trace(string? traceParent) =>
        traceParent is not null && Tracing.IsOn && Tracing.Parent(traceParent) is { TraceFlags: ActivityTraceFlags.Recorded } parent
            ? new OutboundTrace(parent, Clock.System.UtcNow) : null;

    private static string? Value(NatsHeaders headers, string name) => headers.TryGetValue(name, out var value) ? value.ToString() : null;
}

/// <summary>The headers of a message.</summary>
/// <param name="From">The peer of this node that sent it; null for other sources.</param>
/// <param name="Via">The nodes that it has passed, this one last, as a JSON array. Their names need no escapes.</param>
/// <param name="TraceParent">A valid trace context, or null.</param>
/// <param name="Trace">Null when it is not recorded here.</param>
internal sealed record OutboundFacts(string? From, string Via, string? TraceParent, OutboundTrace? Trace);
