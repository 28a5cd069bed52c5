using Federation.Actors.Diagnostics;
using Federation.Actors.Protocol;
using Federation.Actors.Sockets;

namespace Federation.Actors.Connections;

/// <summary>What all connections of a component have in common, so that each keeps one reference to it.</summary>
/// <param name="Settings">Limits.</param>
/// <param name="Routes">Where what arrives goes.</param>
/// <param name="Metrics">The component's instruments.</param>
/// <param name="Log">The component's log: one of its own would be 0.2 KB for each connection.</param>
/// <param name="Clock">The node's.</param>
internal sealed record ConnectionSetup(ConnectionSettings Settings, ConnectionRoutes Routes, ComponentMetrics Metrics, FederationLog Log, Clock Clock)
{
    /// <summary>Bytes of the first read.</summary>
    public required int ReadBufferSize { get; init; }

    /// <summary>Bytes of the first answers.</summary>
    public required int WriteBufferSize { get; init; }

    /// <summary>Time between acks with an empty id; 0: none.</summary>
    public TimeSpan KeepAliveMessageInterval { get; init; }

    /// <summary>Bounds the memory of incomplete messages of all connections of the node.</summary>
    public required ReceiveBudget Budget { get; init; }

    /// <summary>Refuses what goes round in circles.</summary>
    public LoopGuard Loops { get; init; } = LoopGuard.None;
}
