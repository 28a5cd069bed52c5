namespace Federation.Actors;

/// <summary>The log of the console program: <c>federation.log</c>. An embedded node uses the log of its program.</summary>
public sealed record LogSettings
{
    /// <summary>Format of a line.</summary>
    public LogFormat Format { get; init; } = LogFormat.Text;

    /// <summary>The lowest level that is written.</summary>
    public LogThreshold Level { get; init; } = LogThreshold.Info;
}
