namespace Federation.Actors;

/// <summary>One place a component delivers to: an entry of <c>ports.outputs</c>.</summary>
public sealed record OutputPortSettings
{
    /// <summary><c>ws_data</c> or <c>ws_control</c>; any name of 1 to 64 of <c>A-Za-z0-9_-</c> when it is the only output. Required.</summary>
    public string Name { get; init; } = "";

    /// <summary>
    /// NATS subject without wildcards, blanks or empty tokens. <c>{peer}</c>, <c>{component}</c>, <c>{type}</c> and <c>{payload.path}</c> stand for
    /// what a message has there, as one token; <c>{subject}</c>, as the last token only, for the subject that it names itself. Required.
    /// </summary>
    public string Subject { get; init; } = "";

    /// <summary>
    /// Subjects that a message may be published to, with wildcards, where the subject has <c>{subject}</c> or other placeholders. Others are nacked with
    /// <c>not_permitted</c>. Subjects of the server, inboxes and control subjects of the node are always refused. For data. Default empty: any other subject
    /// that does not belong to an input of the node. An input that takes everything the port can make does not count.
    /// </summary>
    public IReadOnlyList<string> AllowedSubjects { get; init; } = [];

    /// <summary>Put in front of the subject, with nothing in between: <c>eu.</c> makes <c>eu.data</c> of <c>data</c>. For data. Default none.</summary>
    public string SubjectPrefix { get; init; } = "";

    /// <summary>Kind of delivery. Default nats.</summary>
    public PortType Type { get; init; } = PortType.Nats;

    /// <summary>
    /// Whether messages carry the headers <c>Federation-Origin</c>, <c>Federation-Via</c> and <c>Federation-Peer</c>, and <c>traceparent</c> where
    /// they belong to a trace. Default true.
    /// </summary>
    public bool Headers { get; init; } = true;

    /// <summary>
    /// Whether a payload <c>{"type":"raw_data","encoding":"base64","data":"..."}</c> (or <c>utf8</c>, also when no encoding is named) is
    /// published as the bytes it wraps. For <c>nats</c> and <c>jetstream</c>. Default false.
    /// </summary>
    public bool DecodeRaw { get; init; }

    /// <summary>
    /// Time a message may take into a stream, 100 milliseconds to 5 minutes; then it is nacked. A lost connection is waited for without a
    /// bound. For <c>jetstream</c>. Default 30 seconds: servers of a cluster elect another leader in 4 to 9 seconds, and a vote may have to be
    /// repeated.
    /// </summary>
    public TimeSpan PublishTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>How several consumers divide the messages. For <c>local</c>. Default share.</summary>
    public LocalDeliveryMode Consumers { get; init; } = LocalDeliveryMode.Share;

    /// <summary>The stream. For <c>jetstream</c>.</summary>
    public StreamSettings Stream { get; init; } = new();

    internal string FullSubject => SubjectPrefix + Subject;
}
