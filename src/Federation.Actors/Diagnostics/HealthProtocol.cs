using Akka.Actor;

namespace Federation.Actors.Diagnostics;

/// <summary>What the parts of a component tell the node's health actor, each only when it changes.</summary>
internal static class HealthProtocol
{
    /// <summary>Anything about one component.</summary>
    public abstract record ComponentChange(string Component) : INoSerializationVerificationNeeded;

    /// <summary>The component accepts connections.</summary>
    public sealed record Listening(string Component, string Endpoint) : ComponentChange(Component);

    /// <summary>The component's own connection has changed.</summary>
    public sealed record Link(string Component, LinkState State, string Server, string Reason) : ComponentChange(Component)
    {
        /// <summary>Attempts since the last stable connection, with the one that is waited for.</summary>
        public int Attempt { get; init; }

        /// <summary>Time from now until it is dialled next; null when that is now, or never.</summary>
        public TimeSpan? Pause { get; init; }
    }

    /// <summary>The component has ended or is starting anew.</summary>
    public sealed record Stopped(string Component) : ComponentChange(Component);

    /// <summary>The component runs on another node.</summary>
    /// <param name="Component">Which component.</param>
    /// <param name="Node">The node's address; null when it is not known.</param>
    public sealed record Elsewhere(string Component, string? Node) : ComponentChange(Component);

    /// <summary>The component takes no new connections and ends when all is answered.</summary>
    public sealed record Draining(string Component) : ComponentChange(Component);

    /// <summary>A connection was opened or has ended.</summary>
    public sealed record Connections(string Component, int Active, long Total) : ComponentChange(Component);

    /// <summary>A peer has connected.</summary>
    public sealed record PeerOpened(string Component, string Peer, string Address) : ComponentChange(Component);

    /// <summary>A peer's connection has ended.</summary>
    /// <param name="Component">Whose peer it was.</param>
    /// <param name="Peer">Its name.</param>
    /// <param name="Address">Where it was.</param>
    /// <param name="Reason">Why it has ended, for people.</param>
    public sealed record PeerClosed(string Component, string Peer, string Address, string Reason) : ComponentChange(Component);

    /// <summary>A peer has connected once more than it may, and its oldest connection is closed.</summary>
    /// <param name="Component">Whose peer it is.</param>
    /// <param name="Peer">Its name.</param>
    /// <param name="Address">Where the newest connection comes from.</param>
    /// <param name="Older">Where the closed one came from.</param>
    public sealed record PeerSuperseded(string Component, string Peer, string Address, string Older) : ComponentChange(Component);

    /// <summary>A handshake was refused.</summary>
    public sealed record HandshakeRefused(string Component, int Status, string Address, string Peer, string Reason) : ComponentChange(Component);

    /// <summary>The queue has passed its upper mark, or fallen below its lower one.</summary>
    public sealed record QueueSlow(string Component, bool Slow, double Utilization) : ComponentChange(Component);

    /// <summary>The queue has become full, or has room again.</summary>
    public sealed record QueueFull(string Component, bool Full) : ComponentChange(Component);

    /// <summary>The connection to the bus was opened, was lost, or could not be opened again.</summary>
    /// <param name="Component">Whose bus it is.</param>
    /// <param name="Connected">Whether it is there.</param>
    /// <param name="Reason">Why it is not, one sentence without secrets; empty when nobody knows.</param>
    public sealed record Bus(string Component, bool Connected, string Reason = "") : ComponentChange(Component);

    /// <summary>The same of the connection from which a component takes what it sends.</summary>
    /// <param name="Component">Whose bus it is.</param>
    /// <param name="Connected">Whether it is there.</param>
    /// <param name="Reason">Why it is not, one sentence without secrets; empty when nobody knows.</param>
    public sealed record EgressBus(string Component, bool Connected, string Reason = "") : ComponentChange(Component);

    /// <summary>A port does not work, for all peers or for one. May be repeated.</summary>
    public sealed record PortFailed(string Component, PortFault Fault) : ComponentChange(Component);

    /// <summary>The fault of a port is over.</summary>
    /// <param name="Component">Whose port it is.</param>
    /// <param name="Port">Name of the port.</param>
    /// <param name="Peer">The peer that it works for again; empty: the fault that concerned all of them.</param>
    public sealed record PortRecovered(string Component, string Port, string Peer) : ComponentChange(Component);

    /// <summary>Answered with everything there is to see of the node.</summary>
    public sealed record GetState : INoSerializationVerificationNeeded
    {
        private GetState()
        {
        }

        /// <summary>The only one.</summary>
        public static GetState Instance { get; } = new();
    }

    /// <summary>Answered with a health report.</summary>
    public sealed record GetReport : INoSerializationVerificationNeeded
    {
        private GetReport()
        {
        }

        /// <summary>The only one.</summary>
        public static GetReport Instance { get; } = new();
    }
}
