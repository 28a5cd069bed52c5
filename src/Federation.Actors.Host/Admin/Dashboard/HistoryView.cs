namespace Federation.Actors.Host.Admin.Dashboard;

/// <summary>The history of one component in columns of equal length, oldest first; see <see cref="Sample"/>.</summary>
internal sealed record HistoryView(
    string Component,
    IReadOnlyList<long> At,
    IReadOnlyList<float> Received,
    IReadOnlyList<float> Published,
    IReadOnlyList<float> Taken,
    IReadOnlyList<float> Delivered,
    IReadOnlyList<float> Utilization,
    IReadOnlyList<float> InFlight,
    IReadOnlyList<float> Waiting)
{
    public static HistoryView Of(string component, Sample[] samples) => new(
        component,
        [.. samples.Select(static sample => sample.At)],
        [.. samples.Select(static sample => sample.Received)],
        [.. samples.Select(static sample => sample.Published)],
        [.. samples.Select(static sample => sample.Taken)],
        [.. samples.Select(static sample => sample.Delivered)],
        [.. samples.Select(static sample => sample.Utilization)],
        [.. samples.Select(static sample => sample.InFlight)],
        [.. samples.Select(static sample => sample.Waiting)]);
}
