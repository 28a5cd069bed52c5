using System.Collections.Concurrent;
using Federation.Actors.Diagnostics;
using Prometheus;

namespace Federation.Actors;

/// <summary>The numbers of a node. One per node: nothing is static, so two nodes may live in one process.</summary>
/// <remarks>Thread-safe. <see cref="Registry"/> shows them to Prometheus under the names and labels of the seed's WebSocket Input
/// component, so that deployed dashboards keep working. While the node runs, the meter <c>Federation.Actors</c> of
/// <c>System.Diagnostics.Metrics</c> shows the same numbers.</remarks>
public sealed class FederationMetrics
{
    private readonly ConcurrentDictionary<string, ComponentSeries> _components = new(StringComparer.Ordinal);

    /// <param name="prefix">Put in front of every name in <see cref="Registry"/>, for example <c>semstreams_</c>; empty by default.</param>
    public FederationMetrics(string prefix = "")
    {
        Registry = Metrics.NewCustomRegistry();
        Node.Get(MetricTable.BuildInfo, $"{BuildInfo.Version},{BuildInfo.Commit},{BuildInfo.Runtime}").Set(1);
        Registry.AddBeforeCollectCallback(new PrometheusView(this, Registry, prefix).Update);
    }

    /// <summary>The registry that holds this node's instruments, for an exporter.</summary>
    public CollectorRegistry Registry { get; }

    /// <summary>The numbers of the node as a whole.</summary>
    internal ComponentSeries Node => Of("");

    internal IEnumerable<ComponentSeries> Components => _components.Values;

    internal ComponentSeries Of(string component) => _components.GetOrAdd(component, static name => new ComponentSeries(name));
}
