using Akka.Actor;

namespace Federation.Actors.Diagnostics;

/// <summary>What the parts of a component report to the node's health actor, each when it changes, and the questions to it.</summary>
internal static class HealthProtocol
{
    public abstract record ComponentChange(string Component) : INoSerializationVerificationNeeded;

    public sealed record Listening(string Component, string Endpoint) : ComponentChange(Component);

    /// <summary>The connection of a component in client mode has changed.</summary>
    public sealed record Link(string Component, LinkState State, string Server, string Reason) : ComponentChange(Component)
    {
        /// <summary>Attempts since the last stable connection, including the one that is waited for.</summary>
        public int Attempt { get; init; }

        /// <summary>Time from now until the next dial; null when that is now, or never.</summary>
        public TimeSpan? Pause { get; init; }
    }

    /// <summary>The component has ended or is restarting.</summary>
    public sealed record Stopped(string Component) : ComponentChange(Component);

    /// <summary>The component runs on the node with this address; null: it is not known.</summary>
    public sealed record Elsewhere(string Component, string? Node) : ComponentChange(Component);

    /// <summary>The component takes no new connections and ends when everything is answered.</summary>
    public sealed record Draining(string Component) : ComponentChange(Component);

    public sealed record Connections(string Component, int Active, long Total) : ComponentChange(Component);

    public sealed record PeerOpened(string Component, string Peer, string Address) : ComponentChange(Component);

    public sealed record PeerClosed(string Component, string Peer, string Address, string Reason) : ComponentChange(Component);

    /// <summary>A peer has one connection more than it may have, and its oldest is closed.</summary>
    public sealed record PeerSuperseded(string Component, string Peer, string Address, string Older) : ComponentChange(Component);

    public sealed record HandshakeRefused(string Component, int Status, string Address, string Peer, string Reason) : ComponentChange(
        Component);

    /// <summary>The queue has passed its upper mark, or fallen below its lower one.</summary>
    public sealed record QueueSlow(string Component, bool Slow, double Utilization) : ComponentChange(Component);

    /// <summary>The queue has become full, or has room again.</summary>
    public sealed record QueueFull(string Component, bool Full) : ComponentChange(Component);

    /// <summary>
    /// The connection to the bus was opened, was lost, or could not be opened again; with the reason, one sentence without secrets, or
    /// empty.
    /// </summary>
    public sealed record Bus(string Component, bool Connected, string Reason = "") : ComponentChange(Component);

    /// <summary>As <see cref="Bus"/>, of the connection from which a component takes what it sends.</summary>
    public sealed record EgressBus(string Component, bool Connected, string Reason = "") : ComponentChange(Component);

    /// <summary>A port does not work, for all peers or for one. May be repeated.</summary>
    public sealed record PortFailed(string Component, PortFault Fault) : ComponentChange(Component);

    /// <summary>The fault of a port is over, for one peer or, when that is empty, for all.</summary>
    public sealed record PortRecovered(string Component, string Port, string Peer) : ComponentChange(Component);

    /// <summary>Answered with the state of the node, for the dashboard.</summary>
    public sealed class GetState : INoSerializationVerificationNeeded
    {
        public static readonly GetState Instance = new();
    }

    /// <summary>Answered with a <see cref="FederationHealth"/>.</summary>
    public sealed class GetReport : INoSerializationVerificationNeeded
    {
        public static readonly GetReport Instance = new();
    }
}

/// <summary>Why a port of a component does not work, for all peers or for one. The component keeps trying.</summary>
/// <param name="Port">Name of the port.</param>
/// <param name="Target">The subject or stream, such as <c>stream EVENTS</c> or <c>subject orders.&gt;</c>.</param>
/// <param name="Peer">The peer that gets nothing; empty: all of them.</param>
/// <param name="Reason">What failed, or the server's words; part of a sentence, without secrets.</param>
/// <param name="Remedy">What an operator can do; part of a sentence.</param>
/// <param name="NeedsChange">
/// True when the port cannot work until the configuration of the node or of NATS is changed; false when the cause may pass by itself.
/// </param>
internal sealed record PortFault(string Port, string Target, string Peer, string Reason, string Remedy, bool NeedsChange);
