using Federation.Actors.Settings;
using Federation.Actors.Telemetry;

namespace Federation.Actors.Hosting;

/// <summary>What an embedder tells a federation node.</summary>
public sealed class FederationOptions
{
    /// <summary>The node's settings, validated.</summary>
    public required FederationSettings Settings { get; init; }

    /// <summary>The node's instruments; by default new ones with the settings' prefix.</summary>
    public FederationMetrics? Metrics { get; init; }

    /// <summary>
    /// Told at shutdown, on a thread of the actor system, how many messages were received but could be neither published nor answered with
    /// ack; 0 when nothing was left. Null: nobody is told.
    /// </summary>
    public Action<int>? OnDrained { get; init; }
}
