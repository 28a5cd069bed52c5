namespace Federation.Actors;

/// <summary>Requests and replies over a component's connections: <c>bidirectional</c>.</summary>
public sealed record BidirectionalSettings
{
    /// <summary>Whether requests are sent and answered. Default true.</summary>
    public bool Enabled { get; init; } = true;

    /// <summary>Time a reply has, 1 millisecond to 1 hour. Default 5 seconds.</summary>
    public TimeSpan RequestTimeout { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>Requests in flight per connection, 1 to 1000000. Default 10.</summary>
    public int MaxConcurrentRequests { get; init; } = 10;
}
