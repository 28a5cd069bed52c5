namespace Federation.Actors;

/// <summary>Where an output port delivers.</summary>
public enum PortType
{
    /// <summary>A core NATS subject. Spelled <c>nats</c>.</summary>
    Nats,

    /// <summary>A subject in a JetStream stream. Spelled <c>jetstream</c>.</summary>
    Jetstream,

    /// <summary>Consumers in the same process, through Akka.Streams. Spelled <c>local</c>.</summary>
    Local,
}
