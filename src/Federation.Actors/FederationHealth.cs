using System.Text.Json.Serialization;

namespace Federation.Actors;

/// <summary>Health of a node, as in <c>/health</c>. Serialize it with <see cref="HealthJson.Options"/>.</summary>
/// <param name="Healthy">True if every component is healthy.</param>
/// <param name="Ready">True if every component accepts peers or is connected to its server, and is connected to its bus. In a cluster: if
/// this applies to every component in server mode, and the node is a member.</param>
/// <param name="NodeId">Id of the node.</param>
/// <param name="UptimeSeconds">Seconds since the node was started.</param>
/// <param name="Components">Health of the components, by name.</param>
public sealed record FederationHealth(
    bool Healthy, bool Ready, string NodeId, long UptimeSeconds, IReadOnlyDictionary<string, ComponentHealth> Components)
{
    /// <summary>The cluster as this node sees it; null if the node is not part of a cluster.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public ClusterHealth? Cluster { get; init; }
}
