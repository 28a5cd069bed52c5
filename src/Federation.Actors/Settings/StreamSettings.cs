namespace Federation.Actors;

/// <summary>The JetStream stream of an output: <c>ports.outputs[].stream</c>.</summary>
/// <remarks>All but the name counts only when the stream is created; a stream that exists is left as it is.</remarks>
public sealed record StreamSettings
{
    /// <summary>Name of the stream. Default empty: whichever has the subject.</summary>
    public string Name { get; init; } = "";

    /// <summary>Whether the stream is created when there is none of this name. It refuses messages when it is full. Default false.</summary>
    public bool Create { get; init; }

    /// <summary>Subjects of the stream, wildcards allowed. Default empty: the output's own.</summary>
    public IReadOnlyList<string> Subjects { get; init; } = [];

    /// <summary>Where messages are kept. Default file.</summary>
    public StreamStorage Storage { get; init; } = StreamStorage.File;

    /// <summary>Bytes kept at most, 0 to 1 PiB; 0: no bound but the server's. Default 0.</summary>
    public long MaxBytes { get; init; }

    /// <summary>Time messages are kept, 0 to 36500 days; 0: for ever. Default 0.</summary>
    public TimeSpan MaxAge { get; init; }

    /// <summary>Copies in a cluster, 1 to 5. Default 1.</summary>
    public int Replicas { get; init; } = 1;

    /// <summary>Time within which a repeat is known, 100 milliseconds to 7 days. Default 2 minutes.</summary>
    public TimeSpan DuplicateWindow { get; init; } = TimeSpan.FromMinutes(2);
}
