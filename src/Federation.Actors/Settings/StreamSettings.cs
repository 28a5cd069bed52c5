using Federation.Actors.Configuration;

namespace Federation.Actors;

/// <summary>The JetStream stream of an output: <c>ports.outputs[].stream</c>. For <c>jetstream</c>.</summary>
/// <remarks>All but the name counts only when the stream is created; a stream that exists is left as it is.</remarks>
public sealed record StreamSettings
{
    /// <summary>Name of the stream. Empty: the one that has the subject.</summary>
    [Text("a stream's name: visible characters without . * > / or \\, or nothing", nameof(SettingTexts.IsStreamName))]
    public string Name { get; init; } = "";

    /// <summary>Whether the stream is created when there is none of this name. It refuses messages when it is full.</summary>
    public bool Create { get; init; }

    /// <summary>Subjects of the stream. Empty: the subject of the output.</summary>
    [Text("a list of NATS subjects, wildcards allowed", nameof(SettingTexts.IsSubjectPattern))]
    public IReadOnlyList<string> Subjects { get; init; } = [];

    /// <summary>Where messages are kept.</summary>
    public StreamStorage Storage { get; init; } = StreamStorage.File;

    /// <summary>Bytes kept; a full stream refuses messages. 0: no limit but the server's.</summary>
    [Range("0", "1048576GiB")] public long MaxBytes { get; init; }

    /// <summary>Time that messages are kept. 0: no limit.</summary>
    [Range("0ms", "36500d")] public TimeSpan MaxAge { get; init; }

    /// <summary>Copies in a cluster.</summary>
    [Range(1, 5)] public int Replicas { get; init; } = 1;

    /// <summary>Time within which a repeated message is recognised.</summary>
    [Range("100ms", "7d")] public TimeSpan DuplicateWindow { get; init; } = TimeSpan.FromMinutes(2);
}
