using System.Text.Json.Serialization;
using Federation.Actors.Protocol;

namespace Federation.Actors.Diagnostics;

/// <summary>
/// The status of a node, which <c>/api/state</c>, <c>status</c> and <c>top</c> show and <c>/health</c> is a part of. Serialize with
/// <see cref="HealthJson.Options"/>.
/// </summary>
/// <param name="NodeId">Which node.</param>
/// <param name="Version">Of the program; empty in a library.</param>
/// <param name="StartedAt">Unix milliseconds.</param>
/// <param name="At">Unix milliseconds; the node's clock at this look.</param>
/// <param name="Status"><c>running</c>, or <c>draining</c> when a component is.</param>
/// <param name="Healthy">True when every component is.</param>
/// <param name="Ready">True when every component takes peers and has its bus.</param>
/// <param name="Control">Whether reconnect, disconnect and drain are possible over HTTP, with the token.</param>
/// <param name="Headline">The node's condition in one sentence.</param>
/// <param name="Totals">Sums over all components.</param>
/// <param name="Components">In the order of the configuration.</param>
internal sealed record NodeState(
    string NodeId,
    string Version,
    long StartedAt,
    long At,
    string Status,
    bool Healthy,
    bool Ready,
    bool Control,
    Headline Headline,
    NodeState.Sums Totals,
    IReadOnlyList<ComponentState> Components)
{
    /// <summary>The cluster as this node sees it; null when it is in none.</summary>
    [JsonIgnore]
    public ClusterHealth? Cluster { get; init; }

    public static NodeState Of(string nodeId, Instant started, Instant now, IReadOnlyList<ComponentState> components) => new(
        nodeId,
        "",
        now.Stamp(started.Elapsed).ToUnixTimeMilliseconds(),
        now.Utc.ToUnixTimeMilliseconds(),
        components.Any(static component => component.Status is "draining") ? "draining" : "running",
        components.All(static component => component.Healthy),
        components.All(static component => component.Ready),
        Control: false,
        Headline.Of(components),
        Sums.Of(components),
        components);

    public FederationHealth ToHealth() => new(
        Healthy,
        Ready && Cluster is null or { IsMember: true },
        NodeId,
        (At - StartedAt) / 1000,
        Components.ToDictionary(static component => component.Name, static component => component.ToHealth(), StringComparer.Ordinal))
    {
        Cluster = Cluster,
    };

    /// <param name="Connections">Open connections.</param>
    /// <param name="ReceivedRate">Messages a second from peers.</param>
    /// <param name="PublishedRate">Messages a second that buses have taken.</param>
    /// <param name="DeliveredRate">Messages a second delivered to peers.</param>
    /// <param name="Waiting">Messages in queues and held for peers.</param>
    /// <param name="Dropped">Messages lost since the start: dropped, and not because their peer or nobody wanted them.</param>
    public sealed record Sums(int Connections, double ReceivedRate, double PublishedRate, double DeliveredRate, long Waiting, long Dropped)
    {
        public static Sums Of(IReadOnlyList<ComponentState> components) => new(
            components.Sum(static component => component.Connections.Active),
            Math.Round(components.Sum(static component => component.Receiving?.RateIn ?? 0), 1),
            Math.Round(components.Sum(static component => component.Receiving?.RateOut ?? 0), 1),
            Math.Round(components.Sum(static component => component.Sending?.RateOut ?? 0), 1),
            components.Sum(static component => component.Waiting),
            components.Sum(static component => component.Losses.Sum(static loss => loss.Value)));
    }
}
