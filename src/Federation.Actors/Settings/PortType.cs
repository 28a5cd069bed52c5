namespace Federation.Actors;

/// <summary>Where a port publishes messages to, or receives them from.</summary>
public enum PortType
{
    /// <summary>A core NATS subject.</summary>
    Nats,

    /// <summary>A subject in a JetStream stream.</summary>
    Jetstream,

    /// <summary>Code in the same process, through Akka.Streams.</summary>
    Local,
}
