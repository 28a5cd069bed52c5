using Federation.Actors.Diagnostics;

namespace Federation.Actors.Requests;

/// <summary>What outlives the correlation actor's restarts. Owned by one actor at a time.</summary>
/// <param name="Pending">Requests to peers.</param>
/// <param name="Peers">Who can be asked.</param>
/// <param name="Throughput">Data messages a second.</param>
/// <param name="Started">When the component was started, by the monotonic clock.</param>
internal sealed record RequestState(PendingRequests Pending, PeerTable Peers, RateMeter Throughput, TimeSpan Started)
{
    /// <summary>The control port's, of the instance that runs now: what an earlier one has promised to answer is answered there. Null: there is none.</summary>
    public IControlBus? Bus { get; set; }

    /// <summary>Of a component that starts now.</summary>
    /// <param name="perConnection">Requests under way on one connection.</param>
    /// <param name="now">By the monotonic clock.</param>
    /// <param name="count">Data messages so far.</param>
    public static RequestState New(int perConnection, TimeSpan now, long count) =>
        new(new PendingRequests(perConnection, Guid.NewGuid()), new PeerTable(), new RateMeter(now, count, TimeSpan.FromMinutes(1)), now);
}
