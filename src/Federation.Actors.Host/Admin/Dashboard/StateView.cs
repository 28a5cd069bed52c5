using System.Reflection;
using Federation.Actors.Diagnostics;

namespace Federation.Actors.Host.Admin.Dashboard;

/// <summary>What <c>/api/state</c> answers: everything there is to see of the node now.</summary>
/// <param name="NodeId">Which node.</param>
/// <param name="Version">Of the program.</param>
/// <param name="StartedAt">Unix milliseconds.</param>
/// <param name="At">Unix milliseconds; the node's clock at this look.</param>
/// <param name="Status"><c>running</c>, or <c>draining</c> when a component is.</param>
/// <param name="Healthy">True when every component is.</param>
/// <param name="Ready">True when every component takes peers and has its bus.</param>
/// <param name="Control">Whether reconnect, disconnect and drain are possible, with the token.</param>
/// <param name="Headline">How the node is, in one sentence.</param>
/// <param name="Totals">Sums over all components.</param>
/// <param name="Components">In the order of the configuration.</param>
internal sealed record StateView(
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
    private static readonly string ProgramVersion =
        typeof(StateView).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion.Split('+')[0] ?? "";

    public static StateView Of(NodeState node, bool control) => new(
        node.NodeId,
        ProgramVersion,
        node.StartedAt,
        node.At,
        node.Components.Any(static component => component.Status is "draining") ? "draining" : "running",
        node.Healthy,
        node.Ready,
        control,
        node.Headline,
        node.Totals,
        node.Components);
}
