namespace Federation.Actors;

/// <summary>What a component delivers to, and what it sends: <c>ports</c>.</summary>
public sealed record PortsSettings
{
    /// <summary>The output ports, up to two. Required when there are no inputs.</summary>
    public IReadOnlyList<OutputPortSettings> Outputs { get; init; } = [];

    /// <summary>The input ports. Required when there is no output for data.</summary>
    public IReadOnlyList<InputPortSettings> Inputs { get; init; } = [];

    /// <summary>
    /// Where received data messages go: the output named <c>ws_data</c>, or the only one that is not named <c>ws_control</c>. Null: the component
    /// does not receive.
    /// </summary>
    public OutputPortSettings? Data =>
        Outputs.Count == 1 && Outputs[0] != Control ? Outputs[0] : Outputs.FirstOrDefault(static port => string.Equals(port.Name, DataName, StringComparison.Ordinal));

    /// <summary>Where control messages go: the output named <c>ws_control</c>. Null when there is none.</summary>
    public OutputPortSettings? Control => Outputs.FirstOrDefault(static port => string.Equals(port.Name, ControlName, StringComparison.Ordinal));

    internal const string DataName = "ws_data";

    internal const string ControlName = "ws_control";
}
