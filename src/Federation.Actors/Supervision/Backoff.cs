using Federation.Actors.Settings;

namespace Federation.Actors.Supervision;

/// <summary>How long to wait before a connection is dialled again, and whether to. Pure.</summary>
internal sealed class Backoff(ReconnectSettings settings)
{
    /// <summary>True when no further attempt is to be made.</summary>
    /// <param name="attempt">Attempts made since the last stable connection, from 0.</param>
    public bool IsExhausted(int attempt) => !settings.Enabled || (settings.MaxRetries > 0 && attempt >= settings.MaxRetries);

    /// <summary><c>min(initial_interval * multiplier^attempt, max_interval)</c>, and a random part of that on top.</summary>
    /// <param name="attempt">Attempts made since the last stable connection, from 0.</param>
    /// <param name="random">0 to 1: the part of the jitter to add.</param>
    public TimeSpan Delay(int attempt, double random)
    {
        // In floating point a large attempt becomes infinity, which the longest interval bounds like any other.
        var ticks = Math.Min(settings.InitialInterval.Ticks * Math.Pow(settings.Multiplier, attempt), settings.MaxInterval.Ticks);
        return TimeSpan.FromTicks((long)(ticks * (1 + (settings.Jitter * random))));
    }
}
