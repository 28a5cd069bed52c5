using System.Diagnostics;
using Federation.Actors.Diagnostics;
using Federation.Actors.Protocol;
using Federation.Actors.Sending;
using NATS.Client.Core;

namespace Federation.Actors.Nats;

/// <summary>Makes messages to peers of NATS messages. Thread-safe.</summary>
internal sealed class OutboundFactory(string nodeId, bool showsSubject)
{
    public OutboundMessage Make(OutboundSource source, long number, string subject, NatsHeaders? headers, ReadOnlyMemory<byte> payload)
    {
        var (from, tail, trace) = Read(subject, headers, payload);
        return new OutboundMessage { Source = source, Number = number,
            Subject = subject, Payload = payload, Tail = tail, From = from, Trace = trace };
    }

    /// <summary>The envelope's tail, the peer of this node that sent the message, and its trace if it is recorded here.</summary>
    public (string? From, ReadOnlyMemory<byte> Tail, OutboundTrace? Trace) Read(
        string subject, NatsHeaders? headers, ReadOnlyMemory<byte> payload)
    {
        var header = Value(headers, FederationHeaders.Via);
        var via = FederationHeaders.ReadVia(header, nodeId);

        // Only what this node itself has published names one of its own peers.
        var isOurs = header is not null && header.EndsWith(nodeId, StringComparison.Ordinal)
            && string.Equals(header[(header.LastIndexOf(',') + 1)..].Trim(), nodeId, StringComparison.Ordinal);
        var traceParent = TraceParent.Valid(Value(headers, TraceParent.Name));
        var tail = EnvelopeTail.Write(subject, showsSubject, via, payload, traceParent);
        return (isOurs ? Value(headers, FederationHeaders.Peer) : null, tail, Trace(traceParent));
    }

    private static OutboundTrace? Trace(string? traceParent) =>
        traceParent is not null && Tracing.IsOn && Tracing.Parent(traceParent) is { TraceFlags: ActivityTraceFlags.Recorded } parent
            ? new OutboundTrace(parent, Clock.System.UtcNow) : null;

    private static string? Value(NatsHeaders? headers, string name) =>
        headers is not null && headers.TryGetValue(name, out var value) ? value.ToString() : null;
}
