using Federation.Actors.Configuration;

namespace Federation.Actors;

/// <summary>Where a component publishes received messages: an entry of <c>ports.outputs</c>.</summary>
public sealed record OutputPortSettings
{
    /// <summary><c>ws_data</c> or <c>ws_control</c>, or any name for a single output. Required.</summary>
    [NodeName] public string Name { get; init; } = "";

    /// <summary>NATS subject. <c>{peer}</c>, <c>{component}</c>, <c>{type}</c> and <c>{payload.path}</c> are replaced by one token with
    /// the message's value. <c>{subject}</c> is replaced by all tokens of the envelope's <c>subject</c>, or by <c>_</c> if there is none.
    /// Required.</summary>
    [Text(
        "a NATS subject without wildcards, perhaps with {peer}, {component}, {type} or {payload.path}, or {subject} as its last token",
        nameof(SettingTexts.IsSubjectTemplate))]
    public string Subject { get; init; } = "";

    /// <summary>Subjects, including the prefix, that may result from placeholders. Messages to other subjects are nacked with
    /// <c>not_permitted</c>. Subjects of the server, inboxes and control subjects of the node are always refused. Empty: all other
    /// subjects, except those of the node's inputs. Inputs that cover all subjects of the port do not count here. For data.</summary>
    [Text("a list of NATS subjects, wildcards allowed", nameof(SettingTexts.IsSubscription))]
    public IReadOnlyList<string> AllowedSubjects { get; init; } = [];

    /// <summary>Text to prepend to the subject: <c>eu.</c> changes <c>data</c> to <c>eu.data</c>. For data.</summary>
    [Text("the beginning of a NATS subject, such as eu., or nothing", nameof(SettingTexts.IsSubjectPrefix))]
    public string SubjectPrefix { get; init; } = "";

    /// <summary>Where messages go.</summary>
    public PortType Type { get; init; } = PortType.Nats;

    /// <summary>Whether messages have the headers <c>Federation-Origin</c>, <c>Federation-Via</c> and <c>Federation-Peer</c>, and, if they
    /// belong to a trace, <c>traceparent</c>.</summary>
    public bool Headers { get; init; } = true;

    /// <summary>Whether a payload <c>{"type":"raw_data","encoding":"base64","data":"..."}</c> (or <c>utf8</c>, also without an encoding)
    /// is published as the bytes that it wraps. For <c>nats</c> and <c>jetstream</c>.</summary>
    public bool DecodeRaw { get; init; }

    /// <summary>Maximum time until a stream stores a message, including the election of a leader. After that the message is nacked. While
    /// NATS is disconnected, messages wait without a time limit. For <c>jetstream</c>.</summary>
    [Range("100ms", "5m")] public TimeSpan PublishTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>How messages are divided among several consumers. For <c>local</c>.</summary>
    public LocalDeliveryMode Consumers { get; init; } = LocalDeliveryMode.Share;

    /// <inheritdoc cref="StreamSettings" />
    public StreamSettings Stream { get; init; } = new();

    internal string FullSubject => SubjectPrefix + Subject;
}
