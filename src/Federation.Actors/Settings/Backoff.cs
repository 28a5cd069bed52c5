namespace Federation.Actors.Settings;

/// <summary>The delays between attempts: each one is <c>multiplier</c> times the previous one, up to <c>longest</c>, plus a random part of
/// up to <c>jitter</c> times the delay, which prevents many nodes from retrying at the same moment. Exhausted after <c>attempts</c>; null:
/// never.</summary>
/// <remarks>The methods that count attempts (<see cref="Next"/>, <see cref="WaitAsync"/>, <see cref="Reset"/>) are for one user; the
/// others are pure.</remarks>
internal sealed class Backoff(TimeSpan first, TimeSpan longest, double multiplier = 2, double jitter = 0.25, int? attempts = null)
{
    private int _attempt;

    public Backoff(ReconnectSettings settings)
        : this(settings.InitialInterval, settings.MaxInterval, settings.Multiplier,
            settings.Jitter, !settings.Enabled ? 0 : settings.MaxRetries > 0 ? settings.MaxRetries : null)
    {
    }

    public static Backoff OfNats(TimeSpan longest) => new(TimeSpan.FromMilliseconds(250), longest);

    /// <param name="attempt">Attempts since the last success, from 0.</param>
    public bool IsExhausted(int attempt) => attempt >= attempts;

    /// <param name="attempt">Attempts since the last success, from 0.</param>
    /// <param name="random">0 to 1: the part of the jitter to add.</param>
    /// <param name="asked">A delay requested by the server, which replaces the computed one within its bounds, or null.</param>
    public TimeSpan Delay(int attempt, double random, TimeSpan? asked = null)
    {
        // In floating point a large attempt becomes infinity, which the longest pause bounds like any other.
        var wait = asked is { } time ? Math.Max(time.Ticks, first.Ticks) : first.Ticks * Math.Pow(multiplier, attempt);
        return TimeSpan.FromTicks((long)(Math.Min(wait, longest.Ticks) * (1 + (jitter * random))));
    }

    public TimeSpan Next() => Delay(_attempt++, Random.Shared.NextDouble());

    public void Reset() => _attempt = 0;

    /// <returns>False when <paramref name="stop"/> ended the wait.</returns>
    public async Task<bool> WaitAsync(CancellationToken stop)
    {
        using var timer = new PeriodicTimer(Next());
        try
        {
            return await timer.WaitForNextTickAsync(stop);
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }
}
