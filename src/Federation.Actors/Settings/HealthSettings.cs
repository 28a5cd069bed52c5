using Federation.Actors.Configuration;

namespace Federation.Actors;

/// <summary>When a component counts as unhealthy: <c>health</c>.</summary>
public sealed record HealthSettings
{
    /// <summary>Time that a server may be without a connection. 0: no limit.</summary>
    [Range("0ms", "7d")] public TimeSpan IdleUnhealthyAfter { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>Time that a client may be without its connection. 0: no limit.</summary>
    [Range("0ms", "7d")] public TimeSpan DisconnectedUnhealthyAfter { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Time that the queue may be full.</summary>
    [Range("0ms", "7d")] public TimeSpan QueueFullUnhealthyAfter { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Time that the bus may be out of reach, and that a port may fail.</summary>
    [Range("0ms", "7d")] public TimeSpan NatsLostUnhealthyAfter { get; init; } = TimeSpan.FromSeconds(30);
}
