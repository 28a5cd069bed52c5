using Federation.Actors.Protocol;

namespace Federation.Actors.Sending;

/// <summary>A message that is given up for good.</summary>
/// <param name="Message">The message.</param>
/// <param name="Peer">Who did not take it.</param>
/// <param name="Reason">Why: one of <see cref="DropReason"/>.</param>
/// <param name="Sent">How often it was sent.</param>
internal sealed record DeadMessage(OutboundMessage Message, string Peer, string Reason, int Sent);
