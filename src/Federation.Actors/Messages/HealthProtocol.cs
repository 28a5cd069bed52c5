using Akka.Actor;

namespace Federation.Actors.Messages;

/// <summary>What the parts of a component tell the node's health actor, each only when it changes.</summary>
internal static class HealthProtocol
{
    /// <summary>Anything about one component.</summary>
    public abstract record ComponentChange(string Component) : INoSerializationVerificationNeeded;

    /// <summary>The component accepts connections.</summary>
    public sealed record Listening(string Component, string Endpoint) : ComponentChange(Component);

    /// <summary>The component has ended or is starting anew.</summary>
    public sealed record Stopped(string Component) : ComponentChange(Component);

    /// <summary>The component takes no new connections and ends when all is answered.</summary>
    public sealed record Draining(string Component) : ComponentChange(Component);

    /// <summary>A connection was opened or has ended.</summary>
    public sealed record Connections(string Component, int Active, long Total) : ComponentChange(Component);

    /// <summary>The queue has become full, or has room again.</summary>
    public sealed record QueueFull(string Component, bool Full) : ComponentChange(Component);

    /// <summary>The connection to the bus was opened or lost.</summary>
    public sealed record Bus(string Component, bool Connected) : ComponentChange(Component);

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
