using Federation.Actors.Configuration;

namespace Federation.Actors;

/// <summary>A source of what a component sends to its peers: an entry of <c>ports.inputs</c>.</summary>
public sealed record InputPortSettings
{
    /// <summary>Name that no other input of the component has. Required.</summary>
    [NodeName] public string Name { get; init; } = "";

    /// <summary>NATS subject to subscribe to. Required except for <c>local</c>, where each message has its own.</summary>
    [Text("a NATS subject, wildcards allowed", nameof(SettingTexts.IsSubscription))] public string Subject { get; init; } = "";

    /// <summary>Where messages come from. A peer of a <c>jetstream</c> input continues where it stopped the last time.</summary>
    public PortType Type { get; init; } = PortType.Nats;

    /// <summary>Queue group: each message goes to one of the nodes with the same group. For <c>nats</c>.</summary>
    [Text("a name without blanks, or nothing", nameof(SettingTexts.IsSubscription))] public string QueueGroup { get; init; } = "";

    /// <summary>Name of the stream. Empty: the one that has the subject. For <c>jetstream</c>.</summary>
    [Text("a stream's name, or nothing for the one that has the subject", nameof(SettingTexts.IsStreamName))]
    public string Stream { get; init; } = "";

    /// <summary>Where a peer that is new to the stream begins. For <c>jetstream</c>.</summary>
    public DeliverPolicy Deliver { get; init; } = DeliverPolicy.All;
}
