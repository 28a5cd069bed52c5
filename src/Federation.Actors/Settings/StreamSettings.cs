using Federation.Actors.Configuration;

namespace Federation.Actors;

/// <summary>The JetStream stream of an output: <c>ports.outputs[].stream</c>. For <c>jetstream</c>.</summary>
/// <remarks>All settings except the name apply only when the node creates the stream. It does not change an existing stream.</remarks>
public sealed record StreamSettings
{
    /// <summary>Name of the stream. Empty: the stream that has the subject.</summary>
    [Text("a stream's name: visible characters without . * > / or \\, or nothing", nameof(SettingTexts.IsStreamName))]
    public string Name { get; init; } = "";

    /// <summary>Whether the node creates the stream if there is none with this name. The created stream refuses messages when it is
    /// full.</summary>
    public bool Create { get; init; }

    /// <summary>Subjects of the stream. Empty: the subject of the output.</summary>
    [Text("a list of NATS subjects, wildcards allowed", nameof(SettingTexts.IsSubjectPattern))]
    public IReadOnlyList<string> Subjects { get; init; } = [];

    /// <summary>Where messages are kept.</summary>
    public StreamStorage Storage { get; init; } = StreamStorage.File;

    /// <summary>Maximum size in bytes; a full stream refuses messages. 0: only the server's limit.</summary>
    [Range("0", "1048576GiB")] public long MaxBytes { get; init; }

    /// <summary>Maximum age of a message. 0: no limit.</summary>
    [Range("0ms", "36500d")] public TimeSpan MaxAge { get; init; }

    /// <summary>Number of copies in a NATS cluster.</summary>
    [Range(1, 5)] public int Replicas { get; init; } = 1;

    /// <summary>Time within which the server recognizes a repeated message.</summary>
    [Range("100ms", "7d")] public TimeSpan DuplicateWindow { get; init; } = TimeSpan.FromMinutes(2);
}
