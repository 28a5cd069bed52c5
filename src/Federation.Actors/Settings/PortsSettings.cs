namespace Federation.Actors.Settings;

/// <summary>What a component delivers to: <c>ports</c>.</summary>
public sealed record PortsSettings
{
    /// <summary>The output ports, one or two. Required.</summary>
    public IReadOnlyList<OutputPortSettings> Outputs { get; init; } = [];

    /// <summary>
    /// Where data messages go: the output named <c>ws_data</c>, or the only one. Null when there is none, which a validated configuration excludes.
    /// </summary>
    public OutputPortSettings? Data =>
        Outputs.Count == 1 ? Outputs[0] : Outputs.FirstOrDefault(port => string.Equals(port.Name, DataName, StringComparison.Ordinal));

    /// <summary>Where control messages go: the output named <c>ws_control</c>. Null when there is none.</summary>
    public OutputPortSettings? Control =>
        Outputs.Count == 1 ? null : Outputs.FirstOrDefault(port => string.Equals(port.Name, ControlName, StringComparison.Ordinal));

    internal const string DataName = "ws_data";

    internal const string ControlName = "ws_control";
}
