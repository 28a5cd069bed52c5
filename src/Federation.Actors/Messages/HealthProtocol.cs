using Akka.Actor;

namespace Federation.Actors.Messages;

/// <summary>What the parts of a component tell the node's health actor, each only when it changes.</summary>
internal static class HealthProtocol
{
    /// <summary>Anything about one component.</summary>
    public abstract record ComponentChange(string Component) : INoSerializationVerificationNeeded;

    /// <summary>The component accepts connections.</summary>
    public sealed record Listening(string Component, string Endpoint) : ComponentChange(Component);

    /// <summary>The component's own connection has changed.</summary>
    public sealed record Link(string Component, LinkState State, string Server, string Reason) : ComponentChange(Component);

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
