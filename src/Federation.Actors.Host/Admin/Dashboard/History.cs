using Federation.Actors.Diagnostics;

namespace Federation.Actors.Host.Admin.Dashboard;

/// <summary>The last quarter of an hour of each component, a sample a second: 36 KB for each component. Thread-safe.</summary>
internal sealed class History
{
    /// <summary>Samples of a component: 15 minutes.</summary>
    public const int Capacity = 900;

    private readonly Dictionary<string, Queue<Sample>> _components = new(StringComparer.Ordinal);
    private readonly Lock _gate = new();

    public void Add(NodeState node)
    {
        lock (_gate)
        {
            foreach (var component in node.Components)
            {
                if (!_components.TryGetValue(component.Name, out var samples))
                {
                    _components[component.Name] = samples = new Queue<Sample>(Capacity);
                }

                if (samples.Count == Capacity)
                {
                    samples.Dequeue();
                }

                samples.Enqueue(Sample.Of(component, node.At));
            }
        }
    }

    /// <param name="component">Null: all components.</param>
    public IReadOnlyList<HistoryView> Of(string? component = null)
    {
        lock (_gate)
        {
            return
            [
                .. _components.Where(pair => component is null || string.Equals(pair.Key, component, StringComparison.Ordinal))
                    .Select(static pair => HistoryView.Of(pair.Key, [.. pair.Value])),
            ];
        }
    }

    /// <summary>The main numbers of a component at one moment; see <see cref="HistoryView"/>. 40 bytes.</summary>
    internal readonly record struct Sample(
        long At, float Received, float Published, float Taken, float Delivered, float Utilization, float InFlight, float Waiting)
    {
        public static Sample Of(ComponentState component, long at) => new(
            at,
            (float)(component.Receiving?.RateIn ?? 0),
            (float)(component.Receiving?.RateOut ?? 0),
            (float)(component.Sending?.RateIn ?? 0),
            (float)(component.Sending?.RateOut ?? 0),
            (float)(component.Receiving?.Queue.Utilization ?? 0),
            (component.Receiving?.InFlight ?? 0) + (component.Sending?.InFlight ?? 0),
            component.Waiting);
    }
}

/// <summary>The history of one component in columns of equal length, oldest first.</summary>
/// <param name="At">Unix milliseconds.</param>
/// <param name="Utilization">Of the queue, 0 to 1.</param>
internal sealed record HistoryView(
    string Component, long[] At, float[] Received, float[] Published, float[] Taken,
    float[] Delivered, float[] Utilization, float[] InFlight, float[] Waiting)
{
    public static HistoryView Of(string component, History.Sample[] samples) => new(
        component,
        Array.ConvertAll(samples, static sample => sample.At),
        Array.ConvertAll(samples, static sample => sample.Received),
        Array.ConvertAll(samples, static sample => sample.Published),
        Array.ConvertAll(samples, static sample => sample.Taken),
        Array.ConvertAll(samples, static sample => sample.Delivered),
        Array.ConvertAll(samples, static sample => sample.Utilization),
        Array.ConvertAll(samples, static sample => sample.InFlight),
        Array.ConvertAll(samples, static sample => sample.Waiting));
}
