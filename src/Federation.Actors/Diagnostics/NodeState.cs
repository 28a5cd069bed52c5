using System.Text.Json.Serialization;
using Federation.Actors.Protocol;

namespace Federation.Actors.Diagnostics;

/// <summary>The status of a node, for <c>/api/state</c>, <c>status</c>, <c>top</c> and, in part, <c>/health</c>. Serialize with <see
/// cref="HealthJson.Options"/>.</summary>
/// <param name="StartedAt">Unix milliseconds.</param>
/// <param name="At">Unix milliseconds by the node's clock.</param>
/// <param name="Status"><c>running</c>, or <c>draining</c> when a component is.</param>
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
    /// <summary>Components to which the dashboard can send an envelope, for a try. Empty in a library.</summary>
    public IReadOnlyList<TryTarget> Try { get; init; } = [];

    /// <summary>As this node sees it; null without a cluster.</summary>
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

    /// <param name="Component">Its name.</param>
    /// <param name="NeedsToken">Whether a peer of it presents a token.</param>
    public sealed record TryTarget(string Component, bool NeedsToken);

    /// <param name="Dropped">Messages lost since the start, without filtered ones and those without a peer.</param>
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
