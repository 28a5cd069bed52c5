namespace Federation.Actors.Nats;

/// <summary>Waits between two attempts at something on NATS: longer each time, until one has succeeded. One task uses it.</summary>
/// <param name="longest">The longest wait. A random part of up to a quarter is added, so that many do not try at once.</param>
internal sealed class RetryPause(TimeSpan longest)
{
    private static readonly TimeSpan Shortest = TimeSpan.FromMilliseconds(250);

    private TimeSpan _next = Shortest;

    /// <summary>The next wait is the shortest again.</summary>
    public void Reset() => _next = Shortest;

    /// <summary>Waits.</summary>
    /// <returns>False when <paramref name="stop"/> ended the wait.</returns>
    public async Task<bool> WaitAsync(CancellationToken stop)
    {
        using var timer = new PeriodicTimer(_next * (1 + (Random.Shared.NextDouble() / 4)));
        _next = _next * 2 < longest ? _next * 2 : longest;
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
