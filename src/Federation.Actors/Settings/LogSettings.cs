namespace Federation.Actors;

/// <summary>The log of the console program: <c>federation.log</c>. An embedded node logs as its program does.</summary>
public sealed record LogSettings
{
    /// <summary>How a line is written.</summary>
    public LogFormat Format { get; init; } = LogFormat.Text;

    /// <summary>The lowest level that is written.</summary>
    public LogThreshold Level { get; init; } = LogThreshold.Info;
}
