using Federation.Actors.Configuration;

namespace Federation.Actors;

/// <summary>A source of messages that a component sends to its peers: an entry of <c>ports.inputs</c>.</summary>
public sealed record InputPortSettings
{
    /// <summary>Name of the input, unique within the component. Required.</summary>
    [NodeName] public string Name { get; init; } = "";

    /// <summary>NATS subject to subscribe to. Required, except for <c>local</c>, where each message has its own subject. With <c>{peer}</c>
    /// as one token, a peer gets only the messages whose subject has its name in that position. A peer without a name gets none.</summary>
    [Text("a NATS subject, wildcards allowed, perhaps with {peer} as one of its tokens", nameof(SettingTexts.IsInputSubject))]
    public string Subject { get; init; } = "";

    /// <summary>Where messages come from. With <c>jetstream</c>, a peer that reconnects continues where it stopped.</summary>
    public PortType Type { get; init; } = PortType.Nats;

    /// <summary>Queue group. Each message goes to only one of the nodes with the same group. For <c>nats</c>.</summary>
    [Text("a name without spaces, or nothing", nameof(SettingTexts.IsSubscription))] public string QueueGroup { get; init; } = "";

    /// <summary>Name of the stream. Empty: the stream that has the subject. For <c>jetstream</c>.</summary>
    [Text("a stream's name, or nothing for the stream that has the subject", nameof(SettingTexts.IsStreamName))]
    public string Stream { get; init; } = "";

    /// <summary>Where a peer that is new to the stream starts. For <c>jetstream</c>.</summary>
    public DeliverPolicy Deliver { get; init; } = DeliverPolicy.All;

    internal const string PeerPlaceholder = "{peer}";

    /// <summary>Whether each peer gets only the messages whose subject names it.</summary>
    internal bool IsPerPeer => PeerToken >= 0;

    /// <summary>The place of the peer's name among the tokens of a subject; -1: none.</summary>
    internal int PeerToken => Array.IndexOf(Subject.Split('.'), PeerPlaceholder);

    /// <summary>The input for all peers, with a wildcard in place of their names.</summary>
    internal InputPortSettings OfAll() => Of("*");

    internal InputPortSettings Of(string peer) =>
        IsPerPeer ? this with { Subject = Subject.Replace(PeerPlaceholder, peer, StringComparison.Ordinal) } : this;
}
