using Federation.Actors.Host.Dashboard;

namespace Federation.Actors.Host.Viewing;

/// <summary>What <c>/api/events</c> answers.</summary>
/// <param name="Events">The last ones, oldest first.</param>
internal sealed record EventPage(IReadOnlyList<EventView> Events);
