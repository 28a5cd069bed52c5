using Federation.Actors.Configuration;

namespace Federation.Actors;

/// <summary>Requests and replies over the connections: <c>bidirectional</c>.</summary>
public sealed record BidirectionalSettings
{
    /// <summary>Whether requests are sent and answered. If false, a request gets the error <c>not_supported</c>.</summary>
    public bool Enabled { get; init; } = true;

    /// <summary>Maximum time until the reply from a peer, or from a service on the bus.</summary>
    [Range("1ms", "1h")] public TimeSpan RequestTimeout { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>Maximum number of requests in flight per connection and direction. Further requests fail immediately with
    /// <c>too_many_requests</c>.</summary>
    [Range(1, 1000000)] public int MaxConcurrentRequests { get; init; } = 10;
}
