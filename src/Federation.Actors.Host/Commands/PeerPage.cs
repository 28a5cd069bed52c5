using Federation.Actors.Host.Admin.Dashboard;

namespace Federation.Actors.Host.Commands;

/// <summary>What <c>/api/peers</c> answers.</summary>
/// <param name="Total">How many peers there are.</param>
/// <param name="Peers">Some of them.</param>
internal sealed record PeerPage(int Total, IReadOnlyList<PeerLine> Peers);
