namespace Federation.Actors;

/// <summary>What the console program writes of what happens: <c>federation.log</c>. A node in a program of yours logs as that program does.</summary>
public sealed record LogSettings
{
    /// <summary>How a line is written. Default <see cref="LogFormat.Text"/>.</summary>
    public LogFormat Format { get; init; } = LogFormat.Text;

    /// <summary>What matters less is not written. Default <see cref="LogThreshold.Info"/>.</summary>
    public LogThreshold Level { get; init; } = LogThreshold.Info;
}
