using System.Text.Json.Serialization;
using Federation.Actors.Protocol;

namespace Federation.Actors.Diagnostics;

/// <summary>The status of one component.</summary>
/// <param name="Mode"><c>server</c> or <c>client</c>.</param>
/// <param name="Endpoint">The address that it listens on or dials; null before.</param>
/// <param name="Connections">Open now and since the start.</param>
/// <param name="Link">Null in server mode.</param>
/// <param name="Receiving">Null when it only sends.</param>
/// <param name="Sending">Null when it only receives.</param>
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
    public const string Elsewhere = "elsewhere";

    /// <summary>True when messages were lost within the last 20 seconds.</summary>
    public bool Dropping { get; init; }

    public IReadOnlyList<FaultView> Faults { get; init; } = [];

    [JsonIgnore]
    public string? Node { get; init; }

    /// <summary>Messages per second from peers, over the last seconds.</summary>
    [JsonIgnore]
    public double AverageIn { get; init; }

    /// <summary>Messages per second delivered to peers, over the last seconds.</summary>
    [JsonIgnore]
    public double AverageOut { get; init; }

    [JsonIgnore]
    public long Waiting => (Receiving?.Queue.Depth ?? 0) + (Sending?.Held ?? 0);

    /// <summary>Messages lost since the start, by reason; without filtered ones and those without a peer.</summary>
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

    /// <param name="Target">The subject or stream, such as <c>stream EVENTS</c>.</param>
    /// <param name="Peer">The affected peer; null: the port works for none.</param>
    /// <param name="NeedsChange">True when the port works for no peer until a configuration is changed.</param>
    public sealed record FaultView(
        string Port, string Target, string? Peer, int Count, string Reason, string Remedy, bool NeedsChange, double ForSeconds)
    {
        /// <summary>One sentence without a full stop.</summary>
        public string Text => $"port {Port} ({Target}) has failed{Affected}: {Reason}; {Remedy}";

        private string Affected => Peer is null ? ""
            : Count == 1 ? $" for {Peer}"
            : $" for {Peer} and {Count - 1} more peer{(Count == 2 ? "" : "s")}";
    }

    /// <param name="LostForSeconds">Null while it is open.</param>
    /// <param name="LastError">Null while it is open, or unknown.</param>
    public sealed record BusState(bool Connected, double? LostForSeconds, string? LastError)
    {
        /// <summary>Within the last minute.</summary>
        public int Losses { get; init; }
    }

    /// <param name="State"><c>connecting</c>, <c>connected</c>, <c>reconnecting</c>, <c>failed</c> or <c>stopped</c>.</param>
    /// <param name="Attempt">Dials since the last stable connection, including the scheduled one.</param>
    /// <param name="NextAttemptAt">Unix milliseconds; null when none is scheduled.</param>
    /// <param name="LostForSeconds">Null while there is a connection.</param>
    /// <param name="LastError">Null while there is a connection.</param>
    public sealed record LinkView(string State, int Attempt, long? NextAttemptAt, double? LostForSeconds, string? LastError);

    /// <param name="Received">Messages since the start.</param>
    /// <param name="Acked">Messages since the start.</param>
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
        /// <summary>Null unless messages wait for the bus and it confirms none.</summary>
        public double? StalledForSeconds { get; init; }
    }

    /// <param name="Utilization">Share of the fuller bound, 0 to 1.</param>
    /// <param name="Policy"><c>drop_oldest</c>, <c>drop_newest</c> or <c>block</c>.</param>
    /// <param name="SlowAbove">Utilization above which peers get slow signals; null: they do not.</param>
    /// <param name="SlowBelow">Utilization below which the signals end; null likewise.</param>
    /// <param name="FullForSeconds">Null while there is room.</param>
    public sealed record QueueView(
        int Depth, int Capacity, long Bytes, long ByteCapacity, double Utilization,
        string Policy, double? SlowAbove, double? SlowBelow, bool IsSlow, double? FullForSeconds);

    /// <param name="Taken">Messages from the bus since the start, once per peer.</param>
    /// <param name="Delivered">Messages acked by peers since the start; with <c>at_most_once</c>, written to them.</param>
    /// <param name="RateCap">The lowest limit of a peer in messages per second; null: none.</param>
    /// <param name="StalledForSeconds">Null unless messages are in flight and none is acked.</param>
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
        IReadOnlyDictionary<string, long> Nacked)
    {
        /// <summary>Time since the oldest message on its way was sent, in seconds; null while none is.</summary>
        public double? UnackedSeconds { get; init; }
    }
}
