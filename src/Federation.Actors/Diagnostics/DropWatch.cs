using System.Globalization;

namespace Federation.Actors.Diagnostics;

/// <summary>Tells from counters that messages are being dropped: when it begins, and how many every 10 s. Pure; not thread-safe.</summary>
internal sealed class DropWatch(string component)
{
    /// <summary>Between two events.</summary>
    internal static readonly TimeSpan Interval = TimeSpan.FromSeconds(10);

    private readonly Dictionary<string, long> _told = new(StringComparer.Ordinal);
    private TimeSpan? _toldAt;

    /// <summary>True from the first drop until there has been none for <see cref="Interval"/>.</summary>
    public bool IsDropping => _toldAt is not null;

    /// <summary>Takes note of the counters.</summary>
    /// <param name="drops">Messages dropped since the start, by reason.</param>
    /// <param name="now">The present.</param>
    public FederationEvent? Observe(IEnumerable<KeyValuePair<string, long>> drops, Instant now)
    {
        if (_toldAt is { } at && now.Elapsed - at < Interval)
        {
            return null;
        }

        List<string> parts = [];
        long sum = 0;
        foreach (var (reason, count) in drops)
        {
            if (count - _told.GetValueOrDefault(reason) is > 0 and var more)
            {
                sum += more;
                parts.Add(string.Create(CultureInfo.InvariantCulture, $"{more:N0} {reason}"));
                _told[reason] = count;
            }
        }

        if (sum == 0)
        {
            _toldAt = null;
            return null;
        }

        var again = _toldAt is null ? "" : " more";
        _toldAt = now.Elapsed;
        return new FederationEvent(
            now.Utc, FederationEventKind.MessagesDropped, component, "",
            string.Create(CultureInfo.InvariantCulture, $"{component} has dropped {sum:N0}{again} message{(sum == 1 ? "" : "s")} ({string.Join(", ", parts)})"));
    }
}
