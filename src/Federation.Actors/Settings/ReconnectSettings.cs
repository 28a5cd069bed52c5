using Federation.Actors.Configuration;

namespace Federation.Actors;

/// <summary>When a lost connection is dialled again: <c>client.reconnect</c>.</summary>
/// <remarks>The delay is initial_interval * multiplier^attempt, at most max_interval, plus jitter.</remarks>
public sealed record ReconnectSettings
{
    /// <summary>Whether a lost connection is dialled again.</summary>
    public bool Enabled { get; init; } = true;

    /// <summary>Attempts in a row before the component has failed. 0: no limit.</summary>
    [Range(0, 1000000)] public int MaxRetries { get; init; } = 10;

    /// <summary>Delay before the first attempt.</summary>
    [Range("1ms", "1h")] public TimeSpan InitialInterval { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>Longest delay, before jitter; at least <see cref="InitialInterval"/>.</summary>
    [Range("1ms", "1d")] public TimeSpan MaxInterval { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>Growth of the delay from one attempt to the next.</summary>
    [Range(1, 100)] public double Multiplier { get; init; } = 2.0;

    /// <summary>Random spread added to a delay, as a part of it.</summary>
    [Range(0, 1)] public double Jitter { get; init; } = 0.2;

    /// <summary>Time that a connection has to stay open before attempts count from zero again.</summary>
    [Range("0ms", "1h")] public TimeSpan StableAfter { get; init; } = TimeSpan.FromSeconds(10);
}
