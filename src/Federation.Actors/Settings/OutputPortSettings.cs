using Federation.Actors.Configuration;

namespace Federation.Actors;

/// <summary>Where a component delivers: an entry of <c>ports.outputs</c>.</summary>
public sealed record OutputPortSettings
{
    /// <summary><c>ws_data</c> or <c>ws_control</c>; any name when it is the only output. Required.</summary>
    [NodeName] public string Name { get; init; } = "";

    /// <summary>NATS subject. <c>{peer}</c>, <c>{component}</c>, <c>{type}</c> and <c>{payload.path}</c> become one token with the
    /// message's value; <c>{subject}</c> becomes the subject that the message names, of one token or more, or <c>_</c>.
    /// Required.</summary>
    [Text(
        "a NATS subject without wildcards, perhaps with {peer}, {component}, {type} or {payload.path}, or {subject} as its last token",
        nameof(SettingTexts.IsSubjectTemplate))]
    public string Subject { get; init; } = "";

    /// <summary>Subjects, prefix included, that placeholders may make; others are nacked with <c>not_permitted</c>. Subjects of the
    /// server, inboxes and control subjects of the node are always refused. Empty: any other subject that does not belong to an input of
    /// the node, except an input that takes everything that the port can make. For data.</summary>
    [Text("a list of NATS subjects, perhaps with wildcards", nameof(SettingTexts.IsSubscription))]
    public IReadOnlyList<string> AllowedSubjects { get; init; } = [];

    /// <summary>Put in front of the subject, with nothing in between: <c>eu.</c> makes <c>eu.data</c> of <c>data</c>. For data.</summary>
    [Text("the beginning of a NATS subject, such as eu., or nothing", nameof(SettingTexts.IsSubjectPrefix))]
    public string SubjectPrefix { get; init; } = "";

    /// <summary>Where messages go.</summary>
    public PortType Type { get; init; } = PortType.Nats;

    /// <summary>Whether messages carry the headers <c>Federation-Origin</c>, <c>Federation-Via</c> and <c>Federation-Peer</c>, and
    /// <c>traceparent</c> where they belong to a trace.</summary>
    public bool Headers { get; init; } = true;

    /// <summary>Whether a payload <c>{"type":"raw_data","encoding":"base64","data":"..."}</c> (or <c>utf8</c>, also without an encoding)
    /// is published as the bytes that it wraps. For <c>nats</c> and <c>jetstream</c>.</summary>
    public bool DecodeRaw { get; init; }

    /// <summary>Time that a message may take into a stream, the election of a leader included; then it is nacked. A lost connection is
    /// waited for without a limit. For <c>jetstream</c>.</summary>
    [Range("100ms", "5m")] public TimeSpan PublishTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>How several consumers divide the messages. For <c>local</c>.</summary>
    public LocalDeliveryMode Consumers { get; init; } = LocalDeliveryMode.Share;

    /// <inheritdoc cref="StreamSettings" />
    public StreamSettings Stream { get; init; } = new();

    internal string FullSubject => SubjectPrefix + Subject;
}
