using System.Collections.Concurrent;

namespace Federation.Actors;

/// <summary>The nodes of one container, by name, each created on first use. Thread-safe.</summary>
internal sealed class FederationNodes
{
    private readonly ConcurrentDictionary<string, FederationNode> _nodes = new(StringComparer.Ordinal);

    public FederationNode this[string name] => _nodes.GetOrAdd(name, static name => new FederationNode(name));

    public IEnumerable<FederationNode> Mapped => _nodes.Values.Where(static node => node.Mapped.Paths.Count > 0);

    public IReadOnlyList<string> Faults() =>
        [.. _nodes.OrderBy(static pair => pair.Key, StringComparer.Ordinal).SelectMany(static pair => Faults(pair.Key, pair.Value))];

    private static IEnumerable<string> Faults(string name, FederationNode node)
    {
        foreach (var (component, path) in node.Mapped.Paths)
        {
            if (Fault(name, node.Settings, component) is { } fault)
            {
                yield return $"MapFederation(\"{path}\", \"{component}\"): {fault}";
            }
        }

        foreach (var component in node.Settings?.Components ?? [])
        {
            if (component is { Mode: ComponentMode.Server, Server.Listen: false } && !node.Mapped.Paths.ContainsKey(component.Name))
            {
                yield return $"{component.Name} does not open a port and is not mapped; expected app.MapFederation(path, "
                    + $"\"{component.Name}\"), or server.listen = true";
            }
        }
    }

    private static string? Fault(string name, FederationSettings? settings, string component)
    {
        if (settings is null)
        {
            return $"no node named {name} has started; expected WithFederation in AddAkka";
        }

        return settings.Components.FirstOrDefault(other => string.Equals(other.Name, component, StringComparison.Ordinal)) switch
        {
            null => $"no component has this name; existing components: "
                + $"{string.Join(", ", settings.Components.Select(static other => other.Name))}",
            { Mode: ComponentMode.Client } => "this component dials; expected one with mode = server",
            { Server.Listen: true } => "this component opens a port; expected one with server.listen = false",
            _ => null,
        };
    }
}
