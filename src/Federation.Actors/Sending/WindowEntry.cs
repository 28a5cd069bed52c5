using Federation.Actors.Protocol;

namespace Federation.Actors.Sending;

/// <summary>A message that is on its way to a peer, or rests before it is sent again. Not thread-safe.</summary>
internal sealed class WindowEntry(OutboundMessage message)
{
    public OutboundMessage Message { get; } = message;

    /// <summary>The one that was first sent before it, in the same window. The window's to write.</summary>
    public WindowEntry? Previous { get; set; }

    /// <summary>The one that was first sent after it, likewise.</summary>
    public WindowEntry? Next { get; set; }

    /// <summary>Times it was sent, those before it came here included.</summary>
    public int Sent { get; set; } = message.Delivered;

    /// <summary>When it is sent again.</summary>
    public TimeSpan Due { get; set; }
}
