using Federation.Actors.Protocol;

namespace Federation.Actors.Diagnostics;

/// <summary>Everything there is to see of a node. Serialize with <see cref="HealthJson.Options"/>.</summary>
/// <param name="NodeId">Which node.</param>
/// <param name="StartedAt">Unix milliseconds.</param>
/// <param name="At">Unix milliseconds; the node's clock at this look.</param>
/// <param name="Healthy">True when every component is.</param>
/// <param name="Ready">True when every component takes peers and has its bus.</param>
/// <param name="Headline">How the node is.</param>
/// <param name="Totals">Sums over all components.</param>
/// <param name="Components">In the order of the configuration.</param>
internal sealed record NodeState(
    string NodeId, long StartedAt, long At, bool Healthy, bool Ready, Headline Headline, NodeState.Sums Totals, IReadOnlyList<ComponentState> Components)
{
    /// <param name="Connections">Open connections.</param>
    /// <param name="ReceivedRate">Messages a second from peers.</param>
    /// <param name="PublishedRate">Messages a second that buses have taken.</param>
    /// <param name="DeliveredRate">Messages a second delivered to peers.</param>
    /// <param name="Waiting">Messages in queues and held for peers.</param>
    /// <param name="Dropped">Messages lost since the start: dropped, and not because their peer or nobody wanted them.</param>
    public sealed record Sums(int Connections, double ReceivedRate, double PublishedRate, double DeliveredRate, long Waiting, long Dropped)
    {
        /// <summary>The sums of these.</summary>
        public static Sums Of(IReadOnlyList<ComponentState> components) => new(
            components.Sum(static component => component.Connections.Active),
            Math.Round(components.Sum(static component => component.Receiving?.RateIn ?? 0), 1),
            Math.Round(components.Sum(static component => component.Receiving?.RateOut ?? 0), 1),
            Math.Round(components.Sum(static component => component.Sending?.RateOut ?? 0), 1),
            components.Sum(static component => (component.Receiving?.Queue.Depth ?? 0) + (component.Sending?.Held ?? 0)),
            components.Sum(static component => (component.Receiving?.Dropped.Values.Sum() ?? 0) + (component.Sending?.Dropped.Where(static drop => DropReason.IsLoss(drop.Key)).Sum(static drop => drop.Value) ?? 0)));
    }
}
