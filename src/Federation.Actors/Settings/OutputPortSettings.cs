namespace Federation.Actors.Settings;

/// <summary>One place a component delivers to: an entry of <c>ports.outputs</c>.</summary>
public sealed record OutputPortSettings
{
    /// <summary><c>ws_data</c> or <c>ws_control</c>; any name of 1 to 64 of <c>A-Za-z0-9_-</c> when it is the only output. Required.</summary>
    public string Name { get; init; } = "";

    /// <summary>NATS subject without wildcards, blanks or empty tokens. Required.</summary>
    public string Subject { get; init; } = "";

    /// <summary>Kind of delivery. Default nats.</summary>
    public PortType Type { get; init; } = PortType.Nats;
}
