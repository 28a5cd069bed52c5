using Federation.Actors.Wire;

namespace Federation.Actors.Egress;

/// <summary>A message that can be sent again.</summary>
/// <param name="Sequence">Its number, counted from 1.</param>
/// <param name="Time">When it came, in Unix milliseconds.</param>
/// <param name="Message">The message.</param>
internal sealed record ReplayMessage(long Sequence, long Time, OutboundMessage Message);
