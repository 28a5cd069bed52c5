using System.Globalization;

namespace Federation.Actors.Diagnostics;

/// <summary>The condition of a node in one sentence.</summary>
/// <param name="Level"><c>ok</c>, <c>warning</c> or <c>error</c>.</param>
internal sealed record Headline(string Level, string Text)
{
    private const string Ok = "ok";
    private const string Warning = "warning";
    private const string Error = "error";
    private const string Dropped = " drops messages.";

    public static Headline Of(IReadOnlyList<ComponentState> components)
    {
        List<Headline> bad = [.. components.Select(Say).OfType<Headline>().OrderBy(static one => one.Level is Error ? 0 : 1)];
        if (bad.Count == 0)
        {
            return new(Ok, Well(components));
        }

        // Several components share a NATS server: the same sentence is said once.
        var lost = components.Where(static component => !component.Nats.Connected && component.Status is not ("draining" or "stopped"))
            .ToList();
        if (lost.Count > 1 && lost.Count == components.Count)
        {
            return WithLoss(Lost(lost, lost.Sum(static component => component.Waiting), "NATS has not been reachable"), lost);
        }

        return bad.Count == 1 ? bad[0]
            : bad[0] with { Text = $"{bad[0].Text} {bad.Count - 1} more component{(bad.Count == 2 ? " has" : "s have")} a problem." };
    }

    private static Headline? Say(ComponentState component) => One(component) is { } said ? WithLoss(said, [component]) : null;

    private static Headline WithLoss(Headline said, IReadOnlyList<ComponentState> components)
    {
        var drops = components.Where(static component => component.Dropping).SelectMany(static component => component.Losses)
            .GroupBy(static drop => drop.Key, static drop => drop.Value, StringComparer.Ordinal)
            .Select(static reason => string.Create(CultureInfo.InvariantCulture, $"{reason.Sum():N0} {reason.Key}")).ToList();
        var link = said.Text.EndsWith(Dropped, StringComparison.Ordinal) ? ":" : "; messages are dropped:";
        return drops.Count == 0 ? said : said with { Text = $"{said.Text[..^1]}{link} {string.Join(", ", drops)} so far." };
    }

    private static Headline? One(ComponentState component) => component switch
    {
        { Status: "stopped" } => new(Error, $"{component.Name} has failed and stopped."),
        { Status: "draining" } => new(Warning, $"{component.Name} is draining: {Messages(component.Waiting)} left."),
        { Nats: { Connected: false, LastError: null, LostForSeconds: < 2 } } => new(Warning, $"{component.Name} is connecting to NATS."),
        { Nats.Losses: >= BusWatch.FlapLosses } => new(
            Error, $"{component.Name} has lost NATS {component.Nats.Losses} times within a "
                + $"minute{(component.Nats.LastError is { } why ? ": " + why.TrimEnd('.') : "")}{Wait(component.Waiting)}."),
        { Nats.Connected: false } => Lost([component], component.Waiting, $"{component.Name} has had no connection to NATS"),
        { Faults: [{ NeedsChange: true } fault, ..] } => Failed(component, fault, Error),
        { Link: { State: "failed" } link } => new(Error, $"{component.Name} {link.LastError}; attempts are exhausted."),
        { Link: { State: not "connected" } link } => new(
            Warning,
            $"{component.Name} has had no connection to its server for "
            + $"{Seconds(link.LostForSeconds)}{(link.LastError is { } error ? $": it {error}" : "")}{Wait(component.Waiting)}."),
        { Faults: [var fault, ..] } => Failed(component, fault, component.Healthy ? Warning : Error),
        { Receiving: { StalledForSeconds: >= 3 } receiving } => new(
            component.Healthy ? Warning : Error,
            $"The bus of {component.Name} has confirmed nothing for {Seconds(receiving.StalledForSeconds)}{Wait(receiving.Queue.Depth)}."),
        { Receiving.Queue.FullForSeconds: { } full } =>
            new(Warning, $"The queue of {component.Name} has been full for {Seconds(full)} ({component.Receiving.Queue.Policy})."),
        { Receiving.Queue: { IsSlow: true } queue } =>
            new(Warning, $"The queue of {component.Name} is {Percent(queue.Utilization)} full: peers are asked to slow down."),
        { Sending: { StalledForSeconds: >= 5 } sending } => new(
            Warning, $"{component.Name} sends, but nothing has been acked for {Seconds(sending.StalledForSeconds)}{Wait(sending.Held)}."),
        { Dropping: true } => new(Warning, component.Name + Dropped),
        { Healthy: false } => new(Warning, $"{component.Name}: {string.Join("; ", component.Problems)}."),
        { Ready: false } => new(Warning, $"{component.Name} is starting."),
        _ => null,
    };

    private static Headline Failed(ComponentState component, ComponentState.FaultView fault, string level) =>
        new(level, $"{component.Name}: {fault.Text}; the node has retried for {Seconds(fault.ForSeconds)}{Wait(component.Waiting)}.");

    private static Headline Lost(List<ComponentState> components, long waiting, string what)
    {
        var bus = components[0].Nats;
        var since = components.Max(static component => component.Nats.LostForSeconds);
        var reason = bus.LastError is { } error ? ": " + error.TrimEnd('.') : "";
        return new(Error, $"{what} for {Seconds(since)}{reason}{Wait(waiting)}.");
    }

    private static string Well(IReadOnlyList<ComponentState> components)
    {
        var sums = NodeState.Sums.Of(components);
        var rate = sums.ReceivedRate + sums.DeliveredRate;
        return string.Create(
            CultureInfo.InvariantCulture,
            $"All is well: {sums.Connections} connection{(sums.Connections == 1 ? "" : "s")}, {rate:N0} "
                + $"message{(Math.Round(rate) == 1 ? "" : "s")} a second, "
                + $"{(sums.Waiting == 0 ? "no messages waiting" : $"{sums.Waiting:N0} waiting or in flight")}.");
    }

    private static string Messages(long count) =>
        string.Create(CultureInfo.InvariantCulture, $"{count:N0} message{(count == 1 ? "" : "s")}");

    private static string Wait(long count) => count == 0 ? "" : $"; {Messages(count)} wait{(count == 1 ? "s" : "")}";

    private static string Seconds(double? seconds) => string.Create(CultureInfo.InvariantCulture, $"{Math.Floor(seconds ?? 0):0} s");

    private static string Percent(double share) => (share * 100).ToString("0", CultureInfo.InvariantCulture) + " %";
}
