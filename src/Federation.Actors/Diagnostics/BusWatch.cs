namespace Federation.Actors.Diagnostics;

/// <summary>One connection of a component to its bus: time, reason and number of its losses. Not thread-safe.</summary>
internal sealed class BusWatch
{
    /// <summary>Losses within <see cref="FlapWindow"/> that make a bus flap: each repeats the messages in flight.</summary>
    public const int FlapLosses = 5;

    public static readonly TimeSpan FlapWindow = TimeSpan.FromMinutes(1);

    private readonly Queue<TimeSpan> _losses = new();

    /// <summary>By the monotonic clock; null while it is connected.</summary>
    public TimeSpan? LostSince { get; private set; }

    public string? Error { get; private set; }

    /// <param name="lostSince">The present; null: it has no such connection.</param>
    public void Start(TimeSpan? lostSince) => LostSince = lostSince;

    public void Note(bool connected, string reason, TimeSpan now)
    {
        if (!connected && LostSince is null)
        {
            _losses.Enqueue(now);
        }

        LostSince = connected ? null : LostSince ?? now;

        // That it is back does not explain why it flaps.
        Error = reason.Length > 0 ? reason : connected ? Error : null;
    }

    /// <summary>Within the last minute.</summary>
    public int Losses(TimeSpan now)
    {
        while (_losses.TryPeek(out var oldest) && now - oldest > FlapWindow)
        {
            _losses.Dequeue();
        }

        return _losses.Count;
    }
}
