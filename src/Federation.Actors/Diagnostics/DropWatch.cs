using System.Globalization;

namespace Federation.Actors.Diagnostics;

/// <summary>Reports dropped messages from counters: at once, and then their number every 10 s. Not thread-safe.</summary>
internal sealed class DropWatch(string component)
{
    private readonly EventGate<string, ValueTuple> _gate = new(static _ => TimeSpan.FromSeconds(10));
    private readonly Dictionary<string, long> _reported = new(StringComparer.Ordinal);

    /// <summary>True from the first drop until 10 s without one.</summary>
    public bool IsDropping { get; private set; }

    /// <param name="drops">Since the start, by reason.</param>
    public FederationEvent? Observe(IEnumerable<KeyValuePair<string, long>> drops, Instant now)
    {
        if (!_gate.IsDue(component, now.Elapsed))
        {
            return null;
        }

        List<string> parts = [];
        long sum = 0;
        foreach (var (reason, count) in drops)
        {
            if (count - _reported.GetValueOrDefault(reason) is > 0 and var more)
            {
                sum += more;
                parts.Add(string.Create(CultureInfo.InvariantCulture, $"{more:N0} {reason}"));
                _reported[reason] = count;
            }
        }

        var again = IsDropping ? " more" : "";
        IsDropping = sum > 0 && _gate.TryPass(component, default, now.Elapsed, out _);
        return IsDropping
            ? new FederationEvent(
                now.Utc, FederationEventKind.MessagesDropped, component, "",
                string.Create(CultureInfo.InvariantCulture,
                    $"{component} has dropped {sum:N0}{again} message{(sum == 1 ? "" : "s")} ({string.Join(", ", parts)})"))
            : null;
    }
}
