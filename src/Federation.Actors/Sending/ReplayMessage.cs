using Federation.Actors.Protocol;

namespace Federation.Actors.Sending;

/// <summary>A message that can be sent again.</summary>
/// <param name="Sequence">Its number, counted from 1.</param>
/// <param name="Time">When it came, in Unix milliseconds: what a peer asks by.</param>
/// <param name="Since">The same by the monotonic clock: what its age goes by.</param>
/// <param name="Message">The message.</param>
internal sealed record ReplayMessage(long Sequence, long Time, TimeSpan Since, OutboundMessage Message);
