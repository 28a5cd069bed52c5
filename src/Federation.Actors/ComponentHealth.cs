using System.Text.Json.Serialization;

namespace Federation.Actors;

/// <summary>Health of one component.</summary>
/// <param name="Healthy">False if there are any <paramref name="Problems"/>.</param>
/// <param name="Status"><c>starting</c>, <c>draining</c> or <c>stopped</c>; in server mode also <c>listening</c>; in client mode also
/// <c>connecting</c>, <c>connected</c>, <c>reconnecting</c> or <c>failed</c>, and in a cluster <c>elsewhere</c>: another node runs
/// it.</param>
/// <param name="Problems">Problems, one sentence each; empty if healthy.</param>
/// <param name="Details">Detailed numbers.</param>
public sealed record ComponentHealth(bool Healthy, string Status, IReadOnlyList<string> Problems, ComponentDetails Details)
{
    /// <summary>Address of the node that runs the component, if that is another node of the cluster and known; otherwise null.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Node { get; init; }

    /// <summary>Failing ports, one sentence each, starting with their first failure; null if all ports work.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<string>? Faults { get; init; }

    /// <summary>True if the component accepts peers or is connected to its server, is connected to its bus, and no port needs a change of
    /// configuration.</summary>
    [JsonIgnore]
    public bool Ready { get; init; }
}
