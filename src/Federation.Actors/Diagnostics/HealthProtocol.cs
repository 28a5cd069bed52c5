using Akka.Actor;

namespace Federation.Actors.Diagnostics;

/// <summary>Changes that the parts of a component report to the node's health actor, and queries.</summary>
internal static class HealthProtocol
{
    public abstract record ComponentChange(string Component) : INoSerializationVerificationNeeded;

    public sealed record Listening(string Component, string Endpoint) : ComponentChange(Component);

    public sealed record Link(string Component, LinkState State, string Server, string Reason) : ComponentChange(Component)
    {
        /// <summary>Attempts since the last stable connection, including the scheduled one.</summary>
        public int Attempt { get; init; }

        /// <summary>Time until the next dial; null when that is now, or never.</summary>
        public TimeSpan? Pause { get; init; }
    }

    public sealed record Stopped(string Component) : ComponentChange(Component);

    /// <summary>Another node runs the component; null: its address is unknown.</summary>
    public sealed record Elsewhere(string Component, string? Node) : ComponentChange(Component);

    public sealed record Draining(string Component) : ComponentChange(Component);

    public sealed record Connections(string Component, int Active, long Total) : ComponentChange(Component);

    public sealed record PeerOpened(string Component, string Peer, string Address) : ComponentChange(Component);

    public sealed record PeerClosed(string Component, string Peer, string Address, string Reason) : ComponentChange(Component);

    public sealed record PeerSuperseded(string Component, string Peer, string Address, string Older) : ComponentChange(Component);

    public sealed record HandshakeRefused(string Component, int Status, string Address, string Peer, string Reason) : ComponentChange(
        Component);

    /// <summary><c>Text</c> is the second part of a sentence about the peer.</summary>
    public sealed record PermissionDenied(string Component, string Peer, string Text) : ComponentChange(Component);

    /// <summary>The queue is above its upper mark, or below its lower one again.</summary>
    public sealed record QueueSlow(string Component, bool Slow, double Utilization) : ComponentChange(Component);

    public sealed record QueueFull(string Component, bool Full) : ComponentChange(Component);

    /// <summary><c>Reason</c> is one sentence without secrets, or empty.</summary>
    public sealed record Bus(string Component, bool Connected, string Reason = "") : ComponentChange(Component);

    public sealed record EgressBus(string Component, bool Connected, string Reason = "") : ComponentChange(Component);

    /// <summary>A port does not work, for all peers or for one. May be repeated.</summary>
    public sealed record PortFailed(string Component, PortFault Fault) : ComponentChange(Component);

    /// <summary>Empty peer: the fault for all peers.</summary>
    public sealed record PortRecovered(string Component, string Port, string Peer) : ComponentChange(Component);

    /// <summary>What is wrong with the files with credentials of peers; empty: nothing.</summary>
    public sealed record CredentialFiles(string Component, IReadOnlyList<string> Problems) : ComponentChange(Component);

    public sealed class GetState : INoSerializationVerificationNeeded
    {
        public static readonly GetState Instance = new();
    }

    public sealed class GetReport : INoSerializationVerificationNeeded
    {
        public static readonly GetReport Instance = new();
    }
}

/// <summary>Why a port does not work, for all peers or for one. The component retries.</summary>
/// <param name="Target">The subject or stream, such as <c>stream EVENTS</c> or <c>subject orders.&gt;</c>.</param>
/// <param name="Peer">The affected peer; empty: all of them.</param>
/// <param name="Reason">Part of a sentence, without secrets.</param>
/// <param name="NeedsChange">True when the port cannot work until the configuration of the node or of NATS is changed.</param>
internal sealed record PortFault(string Port, string Target, string Peer, string Reason, string Remedy, bool NeedsChange);
