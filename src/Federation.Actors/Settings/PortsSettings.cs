namespace Federation.Actors;

/// <summary>What a component delivers to, and what it sends: <c>ports</c>. At least one output for data or one input.</summary>
public sealed record PortsSettings
{
    /// <summary>An output named <c>ws_data</c>, or one named <c>ws_control</c>, or both; a single output may have any name. Below the
    /// subject of <c>ws_control</c>, which is of type <c>nats</c> and without placeholders, <c>send.PEER</c> and <c>peers</c> answer
    /// requests, and <c>request</c> and <c>reply</c> show what peers ask and answer; responders to <c>request</c> answer the methods that
    /// the node does not know.</summary>
    public IReadOnlyList<OutputPortSettings> Outputs { get; init; } = [];

    /// <summary>What the component sends to its peers.</summary>
    public IReadOnlyList<InputPortSettings> Inputs { get; init; } = [];

    /// <summary>Where received data messages go: the output named <c>ws_data</c>, or the only one that is not named <c>ws_control</c>.
    /// Null: the component does not receive.</summary>
    public OutputPortSettings? Data =>
        Outputs.Count == 1 && Outputs[0] != Control ? Outputs[0] : Outputs.FirstOrDefault(static port => port.Name is DataName);

    /// <summary>Where control messages go: the output named <c>ws_control</c>. Null when there is none.</summary>
    public OutputPortSettings? Control => Outputs.FirstOrDefault(static port => port.Name is ControlName);

    internal const string DataName = "ws_data";

    internal const string ControlName = "ws_control";
}
