namespace Federation.Actors.Diagnostics;

/// <summary>One connection of a component to its bus: since when it is lost, why, and how often. Pure; not thread-safe.</summary>
internal sealed class BusWatch
{
    /// <summary>Losses within <see cref="FlapWindow"/> that make a bus one that flaps: each costs what is under way a repetition.</summary>
    public const int FlapLosses = 5;

    /// <summary>How long a loss counts.</summary>
    public static readonly TimeSpan FlapWindow = TimeSpan.FromMinutes(1);

    private readonly Queue<TimeSpan> _losses = new();

    /// <summary>When it was lost, by the monotonic clock; null while it is there.</summary>
    public TimeSpan? LostSince { get; private set; }

    /// <summary>Why it was lost last; null when nobody knows.</summary>
    public string? Error { get; private set; }

    /// <summary>The component starts.</summary>
    /// <param name="lostSince">The present; null: it has no such connection.</param>
    public void Start(TimeSpan? lostSince) => LostSince = lostSince;

    /// <summary>It was opened, was lost, or could not be opened.</summary>
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

    /// <summary>How often it was lost within the last minute.</summary>
    public int Losses(TimeSpan now)
    {
        while (_losses.TryPeek(out var oldest) && now - oldest > FlapWindow)
        {
            _losses.Dequeue();
        }

        return _losses.Count;
    }
}
