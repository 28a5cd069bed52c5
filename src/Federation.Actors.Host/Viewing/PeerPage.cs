using Federation.Actors.Host.Dashboard;

namespace Federation.Actors.Host.Viewing;

/// <summary>What <c>/api/peers</c> answers.</summary>
/// <param name="Total">How many peers there are.</param>
/// <param name="Peers">Some of them.</param>
internal sealed record PeerPage(int Total, IReadOnlyList<PeerLine> Peers);
