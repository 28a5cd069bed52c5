using Federation.Actors.Wire;

namespace Federation.Actors.Egress;

/// <summary>A message that is on its way to a peer, or rests before it is sent again. Not thread-safe.</summary>
internal sealed class WindowEntry(OutboundMessage message, long order)
{
    public OutboundMessage Message { get; } = message;

    /// <summary>Its place among all that were sent for the first time.</summary>
    public long Order { get; } = order;

    /// <summary>Times it was sent, those before it came here included.</summary>
    public int Sent { get; set; } = message.Delivered;

    /// <summary>When it is sent again.</summary>
    public TimeSpan Due { get; set; }
}
