namespace Federation.Actors;

/// <summary>Where a component publishes received messages, and which messages it sends: <c>ports</c>. A component needs at least one data
/// output or one input.</summary>
public sealed record PortsSettings
{
    /// <summary>An output named <c>ws_data</c>, or one named <c>ws_control</c>, or both; a single output may have any name.
    /// <c>ws_control</c> must be of type <c>nats</c> and have a subject without placeholders. The node answers requests on
    /// <c>SUBJECT.send.PEER</c> and <c>SUBJECT.peers</c>, where SUBJECT is the subject of the output. It publishes peers' requests to
    /// <c>SUBJECT.request</c>, and their replies to <c>SUBJECT.reply</c>. Services that subscribe to <c>SUBJECT.request</c> answer methods
    /// that are not built in.</summary>
    public IReadOnlyList<OutputPortSettings> Outputs { get; init; } = [];

    /// <summary>The sources of the messages that the component sends to its peers.</summary>
    public IReadOnlyList<InputPortSettings> Inputs { get; init; } = [];

    /// <summary>The output for received data messages: the one named <c>ws_data</c>, or a single output that is not named
    /// <c>ws_control</c>. Null: the component does not receive data.</summary>
    public OutputPortSettings? Data =>
        Outputs.Count == 1 && Outputs[0] != Control ? Outputs[0] : Outputs.FirstOrDefault(static port => port.Name is DataName);

    /// <summary>The output for control messages: the one named <c>ws_control</c>. Null if there is none.</summary>
    public OutputPortSettings? Control => Outputs.FirstOrDefault(static port => port.Name is ControlName);

    internal const string DataName = "ws_data";

    internal const string ControlName = "ws_control";
}
