using Federation.Actors.Diagnostics;

namespace Federation.Actors.Host.Commands;

/// <summary>What <c>top</c> knows of a node at one moment.</summary>
/// <param name="State">How it is.</param>
/// <param name="Peers">Some of its peers.</param>
/// <param name="Events">What has happened of late.</param>
/// <param name="Problem">Why this is not how it is now; null when it is.</param>
internal sealed record TopView(NodeState State, PeerPage Peers, EventPage Events, string? Problem)
{
    /// <summary>Peers asked for at most: more than any screen has lines.</summary>
    private const int MostPeers = 200;

    /// <summary>Looks at the node.</summary>
    /// <exception cref="AdminException">It does not answer.</exception>
    public static async Task<TopView> LookAsync(AdminClient client, CancellationToken cancel)
    {
        var (state, peers, events) = (client.StateAsync(cancel), client.PeersAsync(MostPeers, cancel), client.EventsAsync(cancel));
        await Task.WhenAll(state, peers, events);
        return new TopView(await state, await peers, await events, null);
    }
}
