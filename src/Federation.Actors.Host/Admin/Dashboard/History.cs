using Federation.Actors.Diagnostics;

namespace Federation.Actors.Host.Admin.Dashboard;

/// <summary>What each component has done in the last quarter of an hour, a sample a second: 36 KB for each. Thread-safe.</summary>
internal sealed class History
{
    /// <summary>Samples of a component: 15 minutes of them.</summary>
    public const int Capacity = 900;

    private readonly Dictionary<string, Ring> _components = new(StringComparer.Ordinal);
    private readonly Lock _gate = new();

    /// <summary>Keeps the numbers of every component; the oldest give way.</summary>
    public void Add(NodeState node)
    {
        lock (_gate)
        {
            foreach (var component in node.Components)
            {
                if (!_components.TryGetValue(component.Name, out var ring))
                {
                    _components[component.Name] = ring = new Ring();
                }

                ring.Add(Sample.Of(component, node.At));
            }
        }
    }

    /// <summary>The samples of one component, or of all.</summary>
    /// <param name="component">Its name; null: all.</param>
    public IReadOnlyList<HistoryView> Of(string? component = null)
    {
        lock (_gate)
        {
            return
            [
                .. _components.Where(pair => component is null || string.Equals(pair.Key, component, StringComparison.Ordinal))
                    .Select(static pair => HistoryView.Of(pair.Key, pair.Value.ToArray())),
            ];
        }
    }

    private sealed class Ring
    {
        private readonly Sample[] _samples = new Sample[Capacity];
        private int _next;
        private int _count;

        public void Add(Sample sample)
        {
            _samples[_next] = sample;
            _next = (_next + 1) % Capacity;
            _count = Math.Min(_count + 1, Capacity);
        }

        public Sample[] ToArray() => [.. Enumerable.Range(0, _count).Select(index => _samples[(_next - _count + index + Capacity) % Capacity])];
    }
}
