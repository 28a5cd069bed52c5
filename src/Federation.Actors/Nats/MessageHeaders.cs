using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Text;
using Federation.Actors.Protocol;
using Federation.Actors.Receiving;
using NATS.Client.Core;

namespace Federation.Actors.Nats;

/// <summary>The NATS headers of messages: their origin, and the id for JetStream's deduplication.</summary>
/// <remarks>Headers without a message id are the same for all messages of a peer, or of a peer and a way through other nodes, and are
/// cached. Thread-safe.</remarks>
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

    // That of the message before: a node sends what has come to it in runs with one way.
    private volatile Way? _way;

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
        var (origin, passed, way) = (port.NodeId, port.NodeId, default(Way));
        if (port.Headers)
        {
            if (via.Json.IndexOf((byte)'"') >= 0)
            {
                way = WayOf(peer, via);
                (origin, passed) = (way.Origin, way.Passed);
            }

            bytes += Line(FederationHeaders.Origin, origin)
                + Line(FederationHeaders.Via, passed) + Line(FederationHeaders.Peer, peer.Identity);
        }

        traceParent = port.Headers ? traceParent : null;
        if (messageId is null && traceParent is null && !IsTraced)
        {
            return way is not null ? way.Headers ??= Make(peer, origin, passed)
                : _ofPeers.TryGetValue(peer, out var made) ? made : _ofPeers.GetValue(peer, Make);
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

    private Way WayOf(PeerName peer, ViaIds via)
    {
        var last = _way;
        if (last is not null && last.Peer == peer && via.Json.SequenceEqual(last.Via))
        {
            return last;
        }

        var json = via.Json.ToArray();
        List<string> ids = [];
        foreach (var id in via)
        {
            ids.Add(Encoding.ASCII.GetString(id));
        }

        return _way = new Way(peer, json, ids[0], string.Join(',', [.. ids, port.NodeId]));
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

    /// <summary>The nodes that messages of a peer have passed.</summary>
    private sealed class Way(PeerName peer, byte[] via, string origin, string passed)
    {
        public PeerName Peer => peer;

        public byte[] Via => via;

        public string Origin => origin;

        public string Passed => passed;

        /// <summary>Made for the first message without an id.</summary>
        public NatsHeaders? Headers { get; set; }
    }
}
