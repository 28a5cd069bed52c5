using Federation.Actors.Configuration;

namespace Federation.Actors;

/// <summary>When a lost connection is dialled again: <c>client.reconnect</c>.</summary>
/// <remarks>The delay is initial_interval * multiplier^attempt, limited to max_interval, plus jitter.</remarks>
public sealed record ReconnectSettings
{
    /// <summary>Whether a lost connection is dialled again.</summary>
    public bool Enabled { get; init; } = true;

    /// <summary>Number of consecutive failed attempts after which the component is in the state failed. 0: no limit.</summary>
    [Range(0, 1000000)] public int MaxRetries { get; init; } = 10;

    /// <summary>Delay before the first attempt.</summary>
    [Range("1ms", "1h")] public TimeSpan InitialInterval { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>Maximum delay without jitter; not less than <see cref="InitialInterval"/>.</summary>
    [Range("1ms", "1d")] public TimeSpan MaxInterval { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>Factor by which the delay grows from one attempt to the next.</summary>
    [Range(1, 100)] public double Multiplier { get; init; } = 2.0;

    /// <summary>Maximum random addition to a delay, as a fraction of the delay.</summary>
    [Range(0, 1)] public double Jitter { get; init; } = 0.2;

    /// <summary>Time for which a connection must stay open before the number of attempts is reset.</summary>
    [Range("0ms", "1h")] public TimeSpan StableAfter { get; init; } = TimeSpan.FromSeconds(10);
}
