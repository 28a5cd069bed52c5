using System.Runtime.CompilerServices;
using Federation.Actors.Wire;
using NATS.Client.Core;

namespace Federation.Actors.Publishing;

/// <summary>The NATS headers of messages: where they come from, and the id that JetStream knows a repeat by.</summary>
/// <remarks>Headers without an id are the same for all messages of a peer and made once. Thread-safe.</remarks>
internal sealed class MessageHeaders(BusPort port)
{
    private const string Origin = "Federation-Origin";
    private const string Via = "Federation-Via";
    private const string Peer = "Federation-Peer";
    private const string MessageIdName = "Nats-Msg-Id";

    /// <summary>"NATS/1.0", and the empty line at the end.</summary>
    private const int FrameBytes = 12;

    /// <summary>": " and the end of the line.</summary>
    private const int LineBytes = 4;

    private readonly ConditionalWeakTable<PeerName, NatsHeaders> _ofPeers = [];

    /// <summary>The headers of a message.</summary>
    /// <param name="peer">Whose it is.</param>
    /// <param name="messageId">What JetStream knows it by; null: nothing.</param>
    /// <param name="bytes">What they add to the message on the wire; a server's maximum counts them.</param>
    /// <returns>The headers, not to be changed; null when there are none.</returns>
    public NatsHeaders? Of(PeerName peer, string? messageId, out int bytes)
    {
        if (messageId is null && !port.Headers)
        {
            bytes = 0;
            return null;
        }

        bytes = FrameBytes;
        if (port.Headers)
        {
            bytes += Line(Origin, port.NodeId) + Line(Via, port.NodeId) + Line(Peer, peer.Identity);
        }

        if (messageId is null)
        {
            return _ofPeers.GetValue(peer, Make);
        }

        bytes += Line(MessageIdName, messageId);
        var headers = Make(peer);
        headers[MessageIdName] = messageId;
        return headers;
    }

    private static int Line(string name, string value) => name.Length + value.Length + LineBytes;

    private NatsHeaders Make(PeerName peer)
    {
        var headers = new NatsHeaders();
        if (port.Headers)
        {
            headers[Origin] = port.NodeId;
            headers[Via] = port.NodeId;
            headers[Peer] = peer.Identity;
        }

        return headers;
    }
}
