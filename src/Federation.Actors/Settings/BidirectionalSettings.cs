using Federation.Actors.Configuration;

namespace Federation.Actors;

/// <summary>Requests and replies over the connections: <c>bidirectional</c>.</summary>
public sealed record BidirectionalSettings
{
    /// <summary>Whether requests are sent and answered. Otherwise a request gets the error <c>not_supported</c>.</summary>
    public bool Enabled { get; init; } = true;

    /// <summary>Time that the reply of a peer, or of a service on the bus, may take.</summary>
    [Range("1ms", "1h")] public TimeSpan RequestTimeout { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>Requests in flight per connection, in each direction; one more fails at once with <c>too_many_requests</c>.</summary>
    [Range(1, 1000000)] public int MaxConcurrentRequests { get; init; } = 10;
}
