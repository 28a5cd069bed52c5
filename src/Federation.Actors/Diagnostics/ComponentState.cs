using System.Text.Json.Serialization;
using Federation.Actors.Protocol;

namespace Federation.Actors.Diagnostics;

/// <summary>The status of one component.</summary>
/// <param name="Name">Name of the component.</param>
/// <param name="Mode"><c>server</c> or <c>client</c>.</param>
/// <param name="Status">As in <see cref="ComponentHealth.Status"/>.</param>
/// <param name="Healthy">As in <c>/health</c>.</param>
/// <param name="Ready">Takes peers, or is connected to its server, and has its bus.</param>
/// <param name="Problems">What is wrong, one sentence each; empty when healthy.</param>
/// <param name="Endpoint">Where it listens, or what it dials; null before it does.</param>
/// <param name="Connections">Open now and since the start.</param>
/// <param name="Nats">Whether the bus is there.</param>
/// <param name="Link">In client mode, how the connection is; otherwise null.</param>
/// <param name="Receiving">What comes from peers; null when it only sends.</param>
/// <param name="Sending">What goes to peers; null when it only receives.</param>
internal sealed record ComponentState(
    string Name,
    string Mode,
    string Status,
    bool Healthy,
    bool Ready,
    IReadOnlyList<string> Problems,
    string? Endpoint,
    ComponentDetails.ConnectionCount Connections,
    ComponentState.BusState Nats,
    ComponentState.LinkView? Link,
    ComponentState.ReceivingView? Receiving,
    ComponentState.SendingView? Sending)
{
    /// <summary>The status of a component that another node of the cluster runs.</summary>
    public const string Elsewhere = "elsewhere";

    /// <summary>Whether messages were lost within the last 20 seconds.</summary>
    public bool Dropping { get; init; }

    /// <summary>Ports that do not work, one entry each; empty when all do.</summary>
    public IReadOnlyList<FaultView> Faults { get; init; } = [];

    /// <summary>Address of the node that runs it, when that is another one of the cluster and known; else null.</summary>
    [JsonIgnore]
    public string? Node { get; init; }

    /// <summary>Messages a second from peers, over the last seconds.</summary>
    [JsonIgnore]
    public double AverageIn { get; init; }

    /// <summary>Messages a second delivered to peers, over the last seconds.</summary>
    [JsonIgnore]
    public double AverageOut { get; init; }

    /// <summary>Messages in the queue and held for peers.</summary>
    [JsonIgnore]
    public long Waiting => (Receiving?.Queue.Depth ?? 0) + (Sending?.Held ?? 0);

    /// <summary>Messages lost since the start, by reason; without those that their peer or nobody wanted.</summary>
    [JsonIgnore]
    public IEnumerable<KeyValuePair<string, long>> Losses =>
        (Receiving?.Dropped ?? Enumerable.Empty<KeyValuePair<string, long>>()).Concat(
            Sending?.Dropped.Where(static drop => DropReason.IsLoss(drop.Key)) ?? []);

    public ComponentHealth ToHealth() => new(
        Healthy,
        Status,
        Problems,
        Status is Elsewhere
            ? new ComponentDetails(Mode, null, Connections, new(0, 0), new(0), new(false, null), null, null)
            : new ComponentDetails(
                Mode,
                Endpoint,
                Connections,
                new(Receiving?.Queue.Depth ?? 0, Receiving?.Queue.Utilization ?? 0),
                new(AverageIn),
                new(Nats.Connected, Nats.Connected ? null : Nats.LastError),
                Link?.LastError,
                Sending is { } sending ? new(sending.Peers, sending.Held, sending.InFlight, AverageOut, sending.RateCap) : null))
    {
        Ready = Ready,
        Node = Status is Elsewhere ? Node : null,
        Faults = Faults.Count > 0 ? [.. Faults.Select(static fault => fault.Text)] : null,
    };

    /// <param name="Port">Name of the port.</param>
    /// <param name="Target">The subject or stream, such as <c>stream EVENTS</c>.</param>
    /// <param name="Peer">A peer that gets nothing; null: the port works for none.</param>
    /// <param name="Count">How many faults the port has: one for all peers, and one for each peer.</param>
    /// <param name="Reason">What failed.</param>
    /// <param name="Remedy">What an operator can do.</param>
    /// <param name="NeedsChange">Whether the port works for no peer until a configuration is changed.</param>
    /// <param name="ForSeconds">Since when it has failed.</param>
    public sealed record FaultView(
        string Port, string Target, string? Peer, int Count, string Reason, string Remedy, bool NeedsChange, double ForSeconds)
    {
        /// <summary>All of it in one sentence, without a full stop.</summary>
        public string Text => $"port {Port} ({Target}) has failed{(Peer is null ? "" : Count == 1 ? $" for {Peer}" : $" for {Peer} and {Count - 1} more peer{(Count == 2 ? "" : "s")}")}: {Reason}; {Remedy}";
    }

    /// <param name="Connected">Open now.</param>
    /// <param name="LostForSeconds">Since when it is not; null while it is open.</param>
    /// <param name="LastError">Why it is not; null while it is open or nobody knows.</param>
    public sealed record BusState(bool Connected, double? LostForSeconds, string? LastError)
    {
        /// <summary>How often it was lost within the last minute.</summary>
        public int Losses { get; init; }
    }

    /// <param name="State"><c>connecting</c>, <c>connected</c>, <c>reconnecting</c>, <c>failed</c> or <c>stopped</c>.</param>
    /// <param name="Attempt">Dials since the last stable connection, with the one that is waited for.</param>
    /// <param name="NextAttemptAt">Unix milliseconds; null when none is waited for.</param>
    /// <param name="LostForSeconds">Since when there is no connection; null while there is one.</param>
    /// <param name="LastError">Why there is none; null while there is one.</param>
    public sealed record LinkView(string State, int Attempt, long? NextAttemptAt, double? LostForSeconds, string? LastError);

    /// <param name="RateIn">Messages a second from peers, over the last second.</param>
    /// <param name="RateOut">Messages a second that the bus has taken, over the last second.</param>
    /// <param name="Received">Messages since the start.</param>
    /// <param name="Acked">Messages acked since the start.</param>
    /// <param name="InFlight">Messages with an id that are not answered yet.</param>
    /// <param name="Queue">How full the queue is.</param>
    /// <param name="Dropped">Messages not published, by reason.</param>
    /// <param name="Nacked">Messages answered with nack, by reason.</param>
    public sealed record ReceivingView(
        double RateIn,
        double RateOut,
        long Received,
        long Acked,
        long InFlight,
        QueueView Queue,
        IReadOnlyDictionary<string, long> Dropped,
        IReadOnlyDictionary<string, long> Nacked)
    {
        /// <summary>Since when messages wait for the bus and it confirms none, in seconds; null while that is not so.</summary>
        public double? StalledForSeconds { get; init; }
    }

    /// <param name="Depth">Messages held.</param>
    /// <param name="Capacity">Messages at most.</param>
    /// <param name="Bytes">Bytes held.</param>
    /// <param name="ByteCapacity">Bytes at most.</param>
    /// <param name="Utilization">Share of the fuller bound, 0 to 1.</param>
    /// <param name="Policy"><c>drop_oldest</c>, <c>drop_newest</c> or <c>block</c>.</param>
    /// <param name="SlowAbove">Utilization above which peers are told to be slower; null when they are not told.</param>
    /// <param name="SlowBelow">Utilization below which that is over; null likewise.</param>
    /// <param name="IsSlow">Whether they are told so at present.</param>
    /// <param name="FullForSeconds">Since when it is full; null while there is room.</param>
    public sealed record QueueView(
        int Depth, int Capacity, long Bytes, long ByteCapacity, double Utilization,
        string Policy, double? SlowAbove, double? SlowBelow, bool IsSlow, double? FullForSeconds);

    /// <param name="RateIn">Messages a second taken from the bus, one for each peer, over the last second.</param>
    /// <param name="RateOut">Messages a second delivered to peers, over the last second.</param>
    /// <param name="Taken">Messages taken from the bus since the start, one for each peer.</param>
    /// <param name="Delivered">Messages acked by peers since the start; with <c>at_most_once</c>, written to them.</param>
    /// <param name="Held">Messages that wait or are on their way.</param>
    /// <param name="InFlight">Messages on their way: sent and not answered.</param>
    /// <param name="Peers">That are sent to, or held for.</param>
    /// <param name="RateCap">Lowest rate in messages a second that a peer is held to; null: none is.</param>
    /// <param name="StalledForSeconds">Since when messages are on their way and none is acked; null while that is not so.</param>
    /// <param name="Dropped">Messages not delivered, by reason.</param>
    /// <param name="Nacked">Nacks of peers, by reason.</param>
    public sealed record SendingView(
        double RateIn,
        double RateOut,
        long Taken,
        long Delivered,
        long Held,
        int InFlight,
        int Peers,
        double? RateCap,
        double? StalledForSeconds,
        IReadOnlyDictionary<string, long> Dropped,
        IReadOnlyDictionary<string, long> Nacked);
}
