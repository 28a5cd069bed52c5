using System.Text.Json.Serialization;

namespace Federation.Actors;

/// <summary>How one component is.</summary>
/// <param name="Healthy">False when any of <paramref name="Problems"/> is there.</param>
/// <param name="Status"><c>starting</c>, <c>draining</c> or <c>stopped</c>; in server mode also <c>listening</c>; in client mode also
/// <c>connecting</c>, <c>connected</c>, <c>reconnecting</c> or <c>failed</c>, and in a cluster <c>elsewhere</c>: another node runs
/// it.</param>
/// <param name="Problems">What is wrong, one sentence each; empty when healthy.</param>
/// <param name="Details">Numbers.</param>
public sealed record ComponentHealth(bool Healthy, string Status, IReadOnlyList<string> Problems, ComponentDetails Details)
{
    /// <summary>Address of the node that runs it, when that is another one of the cluster and known; else null.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Node { get; init; }

    /// <summary>Ports that do not work, one sentence each, from their first failure on; null when all do.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<string>? Faults { get; init; }

    /// <summary>True when it takes peers, has its bus, and no port needs a change of configuration to work.</summary>
    [JsonIgnore]
    public bool Ready { get; init; }
}
