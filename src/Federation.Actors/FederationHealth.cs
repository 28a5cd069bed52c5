using System.Text.Json.Serialization;

namespace Federation.Actors;

/// <summary>How a node is, as <c>/health</c> shows it. Serialize with <see cref="HealthJson.Options"/>.</summary>
/// <param name="Healthy">True when every component is.</param>
/// <param name="Ready">True when every component takes peers and has its bus; in a cluster: every one in server mode does, and the node
/// is a member.</param>
/// <param name="NodeId">Which node.</param>
/// <param name="UptimeSeconds">Since the node was started.</param>
/// <param name="Components">By name.</param>
public sealed record FederationHealth(
    bool Healthy, bool Ready, string NodeId, long UptimeSeconds, IReadOnlyDictionary<string, ComponentHealth> Components)
{
    /// <summary>The cluster as this node sees it; null when it is in none.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public ClusterHealth? Cluster { get; init; }
}
