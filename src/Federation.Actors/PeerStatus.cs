using System.Text.Json.Serialization;

namespace Federation.Actors;

/// <summary>The result of the method <c>status</c>.</summary>
/// <param name="Throughput">Messages per second.</param>
/// <param name="QueueDepth">Messages in the queue.</param>
/// <param name="UptimeSeconds">Seconds since the component was started.</param>
/// <param name="Connections">Open connections.</param>
public sealed record PeerStatus(
    [property: JsonPropertyName("throughput")] PeerStatus.Rate Throughput,
    [property: JsonPropertyName("queue_depth")] long QueueDepth,
    [property: JsonPropertyName("uptime_seconds")] double UptimeSeconds,
    [property: JsonPropertyName("connections")] int Connections)
{
    /// <param name="Current">Average over the last second.</param>
    /// <param name="Average">Average over the last minute.</param>
    /// <param name="Unit">Always <c>msg/sec</c>.</param>
    public sealed record Rate(
        [property: JsonPropertyName("current")] double Current,
        [property: JsonPropertyName("average_1m")] double Average,
        [property: JsonPropertyName("unit")] string Unit);
}
