namespace Federation.Actors;

/// <summary>The messages of each <c>nats</c> input that are kept to be sent again: <c>egress.replay</c>.</summary>
public sealed record ReplaySettings
{
    /// <summary>How many, 0 to 10000000; 0: none. Default 1000.</summary>
    public int Count { get; init; } = 1000;

    /// <summary>Bytes of payload, 64 KiB to 64 GiB. Default 16 MiB.</summary>
    public long Bytes { get; init; } = 16 * 1024 * 1024;

    /// <summary>How long, 1 second to 7 days. Default 5 minutes.</summary>
    public TimeSpan Age { get; init; } = TimeSpan.FromMinutes(5);
}
