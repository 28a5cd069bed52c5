using Federation.Actors.Protocol;

namespace Federation.Actors.Sending;

/// <summary>What the peer on one connection has asked for. Not thread-safe.</summary>
internal sealed class PeerPreferences
{
    /// <summary>Messages a second that it has asked for; null: any number.</summary>
    public double? Asked { get; set; }

    /// <summary>Messages a second that it has announced to take; null: any number.</summary>
    public double? Announced { get; set; }

    /// <summary>What it has subscribed to.</summary>
    public MessageFilter Filter { get; set; } = MessageFilter.All;

    /// <summary>What it has announced to take.</summary>
    public MessageFilter Types { get; set; } = MessageFilter.All;

    /// <summary>Whether it wants this message.</summary>
    public bool Wants(OutboundMessage message) => Passes(Filter, message) && Passes(Types, message);

    private static bool Passes(MessageFilter filter, OutboundMessage message) => filter.PassesAll || filter.Match(message.Subject, message.Payload.Span);
}
