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
    /// <param name="asked">The wait that the server asks for, which takes the place of the computed one within its bounds; null when it does not.</param>
    public TimeSpan Delay(int attempt, double random, TimeSpan? asked = null)
    {
        // In floating point a large attempt becomes infinity, which the longest interval bounds like any other.
        var wait = asked is { } time ? Math.Max(time.Ticks, settings.InitialInterval.Ticks) : settings.InitialInterval.Ticks * Math.Pow(settings.Multiplier, attempt);
        var ticks = Math.Min(wait, settings.MaxInterval.Ticks);
        return TimeSpan.FromTicks((long)(ticks * (1 + (settings.Jitter * random))));
    }
}
