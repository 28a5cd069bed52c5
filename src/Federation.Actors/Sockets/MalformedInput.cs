using Federation.Actors.Diagnostics;
using Federation.Actors.Protocol;

namespace Federation.Actors.Sockets;

internal static class MalformedInput
{
    /// <summary>Counts and logs a message of a peer that is malformed, or an envelope of an unknown type.</summary>
    public static void Report(
        string error, ReadOnlySpan<byte> message, PeerName peer, string address, ComponentMetrics metrics, FederationLog log)
    {
        metrics.Errors(error).Inc();
        var fault = log.IsDue(LogEvents.MalformedInput) ? $"{EnvelopeFault.Describe(message)}: {EnvelopeFault.Excerpt(message)}" : "";
        log.Write(LogEvents.MalformedInput, "{Component}: {Peer} at {Address} sent a malformed message, which gets no answer: {Fault}",
            metrics.Component, peer.Identity, address, fault);
    }
}
