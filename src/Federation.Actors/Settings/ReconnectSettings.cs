namespace Federation.Actors;

/// <summary>How a dialled connection comes back: <c>client.reconnect</c>.</summary>
public sealed record ReconnectSettings
{
    /// <summary>Whether a lost connection is dialled again. Default true.</summary>
    public bool Enabled { get; init; } = true;

    /// <summary>Attempts in a row before the component has failed, 0 to 1000000; 0 means for ever. Default 10.</summary>
    public int MaxRetries { get; init; } = 10;

    /// <summary>Delay before the first attempt, 1 millisecond to 1 hour. Default 1 second.</summary>
    public TimeSpan InitialInterval { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>Longest delay before jitter, 1 millisecond to 1 day, not under <see cref="InitialInterval"/>. Default 60 seconds.</summary>
    public TimeSpan MaxInterval { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>Growth of the delay from one attempt to the next, 1 to 100. Default 2.</summary>
    public double Multiplier { get; init; } = 2.0;

    /// <summary>Random spread added to a delay, as a part of it, 0 to 1. Default 0.2.</summary>
    public double Jitter { get; init; } = 0.2;

    /// <summary>Time a connection stays open before attempts count from zero again, 0 to 1 hour. Default 10 seconds.</summary>
    public TimeSpan StableAfter { get; init; } = TimeSpan.FromSeconds(10);
}
