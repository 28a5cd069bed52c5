namespace Federation.Actors.Diagnostics;

/// <summary>Why a port of a component does not work, for all peers or for one. The component keeps trying.</summary>
/// <param name="Port">Name of the port.</param>
/// <param name="Target">The subject or stream, such as <c>stream EVENTS</c> or <c>subject orders.&gt;</c>.</param>
/// <param name="Peer">The peer that gets nothing; empty: all of them.</param>
/// <param name="Reason">What failed, or the server's words; part of a sentence, without secrets.</param>
/// <param name="Remedy">What an operator can do; part of a sentence.</param>
/// <param name="NeedsChange">
/// True when the port cannot work until the configuration of the node or of NATS is changed; false when the cause may pass by itself.
/// </param>
internal sealed record PortFault(string Port, string Target, string Peer, string Reason, string Remedy, bool NeedsChange);
