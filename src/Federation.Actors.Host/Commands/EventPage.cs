using Federation.Actors.Host.Admin.Dashboard;

namespace Federation.Actors.Host.Commands;

/// <summary>What <c>/api/events</c> answers.</summary>
/// <param name="Events">The last ones, oldest first.</param>
internal sealed record EventPage(IReadOnlyList<EventView> Events);
