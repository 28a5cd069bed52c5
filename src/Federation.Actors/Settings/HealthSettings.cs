namespace Federation.Actors;

/// <summary>When a component counts as unhealthy: <c>health</c>.</summary>
public sealed record HealthSettings
{
    /// <summary>Time a server may be without a connection, 0 to 7 days; 0 means for ever. Default 5 minutes.</summary>
    public TimeSpan IdleUnhealthyAfter { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>Time a client may be without its connection, 0 to 7 days; 0 means for ever. Default 30 seconds.</summary>
    public TimeSpan DisconnectedUnhealthyAfter { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Time the queue may be full, 0 to 7 days. Default 30 seconds.</summary>
    public TimeSpan QueueFullUnhealthyAfter { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Time the bus may be out of reach, and a port may fail, 0 to 7 days. Default 30 seconds.</summary>
    public TimeSpan NatsLostUnhealthyAfter { get; init; } = TimeSpan.FromSeconds(30);
}
