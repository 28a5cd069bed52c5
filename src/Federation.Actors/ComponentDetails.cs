namespace Federation.Actors;

/// <summary>The numbers of one component.</summary>
/// <param name="Mode"><c>server</c> or <c>client</c>.</param>
/// <param name="Endpoint">The address at which it listens, or which it dials; null before that. With <c>server.listen = false</c>: the
/// mapped path.</param>
/// <param name="Connections">Connections that are open now, and connections opened since the start.</param>
/// <param name="Queue">Fill level of the queue.</param>
/// <param name="Throughput">Messages per second over the last seconds.</param>
/// <param name="Nats">State of the connection to the bus.</param>
/// <param name="LastError">In client mode, the reason why there is no connection; null while there is one.</param>
/// <param name="Sending">Numbers of the messages sent to peers; null if the component only receives.</param>
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
    /// <param name="Active">Currently open.</param>
    /// <param name="Total">Opened since the start.</param>
    public sealed record ConnectionCount(int Active, long Total);

    /// <param name="Depth">Messages in the queue.</param>
    /// <param name="Utilization">Share of the limit, 0 to 1.</param>
    public sealed record QueueLevel(int Depth, double Utilization);

    /// <param name="MessagesPerSecond">Received data envelopes per second.</param>
    public sealed record Rate(double MessagesPerSecond);

    /// <param name="Connected">Whether the connection to the bus is open.</param>
    /// <param name="LastError">The reason why it is not open; null while it is open, or if the reason is unknown.</param>
    public sealed record BusState(bool Connected, string? LastError);

    /// <param name="Peers">Peers to which messages are sent, or for which messages are held.</param>
    /// <param name="Held">Messages that are queued or in flight.</param>
    /// <param name="InFlight">Messages in flight: sent but not answered.</param>
    /// <param name="MessagesPerSecond">Delivered messages per second.</param>
    /// <param name="RateCap">Lowest rate limit of a peer, in messages per second; null: no peer has a limit.</param>
    public sealed record SendingState(int Peers, long Held, int InFlight, double MessagesPerSecond, double? RateCap);
}
