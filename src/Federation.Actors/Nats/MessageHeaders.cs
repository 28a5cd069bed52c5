using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Text;
using Federation.Actors.Protocol;
using Federation.Actors.Receiving;
using NATS.Client.Core;

namespace Federation.Actors.Nats;

/// <summary>The NATS headers of messages: their origin, and the id for JetStream's deduplication.</summary>
/// <remarks>Headers without a message id and passed nodes are the same for all messages of a peer and are cached. Thread-safe.</remarks>
internal sealed class MessageHeaders(BusPort port)
{
    private const int FrameBytes = 12;

    private const int LineBytes = 4;

    /// <summary>Peers in the cache. Headers of further peers are built at most once per batch.</summary>
    private const int MostKept = 1024;

    /// <summary>Has the listeners of the client library's own source, whose spans the library writes into the headers that it
    /// gets.</summary>
    private static readonly ActivitySource Library = new(NatsTelemetry.SourceName);

    private readonly ConditionalWeakTable<PeerName, NatsHeaders> _ofPeers = [];
    private int _kept;

    public static bool IsTraced => Library.HasListeners();

    /// <param name="messageId">The id for JetStream's deduplication, or null.</param>
    /// <returns>Not to be changed, except by a library that <see cref="IsTraced"/>; null when there are none.</returns>
    public NatsHeaders? Of(PeerName peer, string? messageId, ViaIds via, string? traceParent, out int bytes)
    {
        if (messageId is null && !port.Headers)
        {
            bytes = 0;
            return null;
        }

        bytes = FrameBytes;
        var (origin, passed) = (port.NodeId, port.NodeId);
        if (port.Headers)
        {
            if (via.MoveNext())
            {
                origin = Encoding.ASCII.GetString(via.Current);
                passed = Passed(origin, via);
            }

            bytes += Line(FederationHeaders.Origin, origin)
                + Line(FederationHeaders.Via, passed) + Line(FederationHeaders.Peer, peer.Identity);
        }

        traceParent = port.Headers ? traceParent : null;
        if (messageId is null && traceParent is null && ReferenceEquals(passed, port.NodeId) && !IsTraced)
        {
            return _ofPeers.TryGetValue(peer, out var made) ? made : _ofPeers.GetValue(peer, Make);
        }

        var headers = Make(peer, origin, passed);
        if (messageId is not null)
        {
            bytes += Line(FederationHeaders.MessageId, messageId);
            headers[FederationHeaders.MessageId] = messageId;
        }

        if (traceParent is not null)
        {
            bytes += Line(TraceParent.Name, traceParent);
            headers[TraceParent.Name] = traceParent;
        }

        return headers;
    }

    private static int Line(string name, string value) => name.Length + value.Length + LineBytes;

    private string Passed(string origin, ViaIds others)
    {
        var passed = new StringBuilder(origin);
        foreach (var id in others)
        {
            passed.Append(',').Append(Encoding.ASCII.GetString(id));
        }

        return passed.Append(',').Append(port.NodeId).ToString();
    }

    private NatsHeaders Make(PeerName peer)
    {
        // Those of ten thousand idle peers would be 0.35 KB for each.
        if (Interlocked.Increment(ref _kept) > MostKept)
        {
            Volatile.Write(ref _kept, 1);
            _ofPeers.Clear();
        }

        return Make(peer, port.NodeId, port.NodeId);
    }

    private NatsHeaders Make(PeerName peer, string origin, string passed)
    {
        var headers = new NatsHeaders();
        if (port.Headers)
        {
            headers[FederationHeaders.Origin] = origin;
            headers[FederationHeaders.Via] = passed;
            headers[FederationHeaders.Peer] = peer.Identity;
        }

        return headers;
    }
}
