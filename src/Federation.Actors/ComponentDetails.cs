namespace Federation.Actors;

/// <summary>The numbers of one component.</summary>
/// <param name="Mode"><c>server</c> or <c>client</c>.</param>
/// <param name="Endpoint">Where it listens, or what it dials; null before it does. Without a port of its own: the path it is mapped
/// to.</param>
/// <param name="Connections">Open now and since the start.</param>
/// <param name="Queue">How full it is.</param>
/// <param name="Throughput">Messages a second over the last seconds.</param>
/// <param name="Nats">Whether the bus is there.</param>
/// <param name="LastError">In client mode, why there is no connection; null while there is one.</param>
/// <param name="Sending">What it sends to its peers; null when it only receives.</param>
public sealed record ComponentDetails(
    string Mode,
    string? Endpoint,
    ComponentDetails.ConnectionCount Connections,
    ComponentDetails.QueueLevel Queue,
    ComponentDetails.Rate Throughput,
    ComponentDetails.BusState Nats,
    string? LastError,
    ComponentDetails.SendingState? Sending)
{
    /// <param name="Active">Open now.</param>
    /// <param name="Total">Opened since the start.</param>
    public sealed record ConnectionCount(int Active, long Total);

    /// <param name="Depth">Messages held.</param>
    /// <param name="Utilization">0 to 1.</param>
    public sealed record QueueLevel(int Depth, double Utilization);

    /// <param name="MessagesPerSecond">Data envelopes received.</param>
    public sealed record Rate(double MessagesPerSecond);

    /// <param name="Connected">Open now.</param>
    /// <param name="LastError">Why it is not; null while it is open or nobody knows.</param>
    public sealed record BusState(bool Connected, string? LastError);

    /// <param name="Peers">That are sent to, or held for.</param>
    /// <param name="Held">Messages that wait or are on their way.</param>
    /// <param name="InFlight">Messages on their way: sent and not answered.</param>
    /// <param name="MessagesPerSecond">Delivered.</param>
    /// <param name="RateCap">Lowest rate in messages a second that a peer is held to; null: none is.</param>
    public sealed record SendingState(int Peers, long Held, int InFlight, double MessagesPerSecond, double? RateCap);
}
