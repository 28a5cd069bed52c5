namespace Federation.Actors.Settings;

/// <summary>Where an output port delivers.</summary>
public enum PortType
{
    /// <summary>A core NATS subject. Spelled <c>nats</c>.</summary>
    Nats,
}
