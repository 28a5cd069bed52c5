using System.Globalization;
using Federation.Actors.Diagnostics;

namespace Federation.Actors.Host.Commands;

internal static class Figures
{
    public static IReadOnlyList<string> ComponentHeads { get; } = [
        "COMPONENT", "STATE", "PEERS", "RECEIVED/s", "PUBLISHED/s", "SENT/s", "QUEUE", "TO SEND", "NATS"];

    public static IReadOnlyList<string> Component(ComponentState component) =>
    [
        component.Name,
        component.Status,
        Number(component.Connections.Active),
        component.Receiving is { } input ? Rate(input.RateIn) : "-",
        component.Receiving is { } output ? Rate(output.RateOut) : "-",
        component.Sending is { } sending ? Rate(sending.RateOut) : "-",
        component.Receiving is { Queue: var queue }
            ? $"{queue.Depth}/{queue.Capacity} {Percent(queue.Utilization)}{(queue.IsSlow ? " slow" : "")}" : "-",
        component.Sending is { } held ? Number(held.Held) : "-",
        component.Nats.Connected ? "connected" : $"lost {Duration(component.Nats.LostForSeconds ?? 0)}",
    ];

    /// <summary>Besides the numbers: the component's node, its problems, its losses.</summary>
    public static IEnumerable<string> Remarks(ComponentState component, long now)
    {
        if (component.Endpoint is { } endpoint)
        {
            yield return $"{(component.Mode is "client" ? "dials" : "accepts peers on")} {endpoint}";
        }

        foreach (var problem in component.Problems)
        {
            yield return $"problem: {problem}";
        }

        foreach (var fault in component.Faults)
        {
            yield return $"fault: {fault.Text}";
        }

        if (component.Link is { State: not "connected", LastError: { } error } link)
        {
            var next = link.NextAttemptAt is { } at ? $"; attempt {link.Attempt} in {Duration(Math.Max(0, at - now) / 1000.0)}" : "";
            yield return $"last error: it {error}{next}";
        }

        if (component.Nats.LastError is { } nats)
        {
            yield return $"NATS: {nats}";
        }

        if (Counts("nacked", component.Receiving?.Nacked) is { } nacked)
        {
            yield return nacked;
        }

        if (Counts("not sent", component.Sending?.Dropped) is { } dropped)
        {
            yield return dropped;
        }
    }

    public static string Node(NodeState state) =>
        $"node {state.NodeId}  version {state.Version}  up {Duration((state.At - state.StartedAt) / 1000.0)}  {state.Status}";

    public static string Rate(double perSecond) => perSecond.ToString("0.0", CultureInfo.InvariantCulture);

    public static string Number(long number) => number.ToString(CultureInfo.InvariantCulture);

    public static string Duration(double seconds)
    {
        var time = TimeSpan.FromSeconds(seconds);
        return time switch
        {
            { TotalDays: >= 1 } => $"{time.Days} d {time.Hours} h",
            { TotalHours: >= 1 } => $"{time.Hours} h {time.Minutes} min",
            { TotalMinutes: >= 1 } => $"{time.Minutes} min {time.Seconds} s",
            _ => $"{time.Seconds} s",
        };
    }

    private static string Percent(double share) => (share * 100).ToString("0", CultureInfo.InvariantCulture) + " %";

    private static string? Counts(string what, IReadOnlyDictionary<string, long>? counts)
    {
        var list = string.Join(", ", (counts ?? new Dictionary<string, long>(StringComparer.Ordinal))
            .Where(static count => count.Value > 0).Select(static count => $"{count.Value} {count.Key}"));
        return list.Length > 0 ? $"{what}: {list}" : null;
    }
}
