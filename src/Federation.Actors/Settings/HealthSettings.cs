using Federation.Actors.Configuration;

namespace Federation.Actors;

/// <summary>When a component counts as unhealthy: <c>health</c>.</summary>
public sealed record HealthSettings
{
    /// <summary>Maximum time without a connection in server mode. 0: no limit.</summary>
    [Range("0ms", "7d")] public TimeSpan IdleUnhealthyAfter { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>Maximum time without the connection in client mode. 0: no limit.</summary>
    [Range("0ms", "7d")] public TimeSpan DisconnectedUnhealthyAfter { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Maximum time with a full queue.</summary>
    [Range("0ms", "7d")] public TimeSpan QueueFullUnhealthyAfter { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Maximum time without NATS, or with a failing port.</summary>
    [Range("0ms", "7d")] public TimeSpan NatsLostUnhealthyAfter { get; init; } = TimeSpan.FromSeconds(30);
}
