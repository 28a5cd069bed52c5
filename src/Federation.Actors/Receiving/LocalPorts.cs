using System.Collections.Concurrent;

namespace Federation.Actors.Receiving;

/// <summary>The ports of type <c>local</c> of a node, by component. A consumer may come before the component, or the other way round.</summary>
/// <remarks>Thread-safe.</remarks>
internal sealed class LocalPorts
{
    private readonly ConcurrentDictionary<string, LocalPort> _ports = new(StringComparer.Ordinal);

    /// <summary>The port of a component.</summary>
    public LocalPort this[string component] => _ports.GetOrAdd(component, static _ => new LocalPort());
}
