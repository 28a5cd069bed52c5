using Federation.Actors.Protocol;
using Federation.Hocon;

using static Federation.Actors.Configuration.SettingsRules;

namespace Federation.Actors.Configuration;

internal static class PortRules
{
    /// <summary>Approximate bytes of an envelope before its payload.</summary>
    private const int HeadLength = 128;

    private const string DataName = PortsSettings.DataName;
    private const string ControlName = PortsSettings.ControlName;

    internal static IEnumerable<SettingsFault?> Of(ComponentSettings component, string path)
    {
        var (ports, outputs) = (component.Ports, $"{path}.ports.outputs");
        return ports.Outputs.Count + ports.Inputs.Count == 0
            ? [SettingsFault.Missing(outputs, $"an output named {DataName}, or an input")]
            :
            [
                .. ports.Outputs.SelectMany((port, i) => OfOutput(port, $"{outputs}[{i}]", ports.Outputs.Count > 1, ports.Outputs.Take(i))),
                ports.Data is null && ports.Inputs.Count == 0 ? SettingsFault.Missing(outputs, $"an output named {DataName}") : null,
                .. ports.Outputs.Index().Where(output => output.Item == ports.Control).Take(1)
                    .SelectMany(output => OfControl(output.Item, $"{outputs}[{output.Index}]")),
                .. ports.Inputs.SelectMany((port, i) => OfInput(port, $"{path}.ports.inputs[{i}]", ports.Inputs.Take(i))),
                .. ports.Inputs.Select((port, i) => OfOverlap(port, $"{path}.ports.inputs[{i}]", ports.Inputs.Take(i))),
                .. ports.Inputs.Any(static port => port.Name.Length > 0) ? OfSending(component, path) : [],
            ];
    }

    private static IEnumerable<SettingsFault?> OfOutput(
        OutputPortSettings port, string path, bool isOneOfMany, IEnumerable<OutputPortSettings> before) =>
    [
        Required(port.Name, $"{path}.name", $"{DataName} or {ControlName}"),
        Required(port.Subject, $"{path}.subject", "a NATS subject"),
        port.FullSubject.Length == 0 || SettingTexts.IsSubjectTemplate(port.FullSubject) ? null : SettingsFault.Unexpected(
            $"{path}.subject_prefix",
            HoconWriter.Quote(port.SubjectPrefix),
            "a prefix that ends with a dot, because {subject} can only be whole tokens"),
        port.Name.Length > 0 && isOneOfMany
            && (port.Name is not (DataName or ControlName) || before.Any(other => IsSame(other.Name, port.Name)))
            ? SettingsFault.Unexpected($"{path}.name", HoconWriter.Quote(port.Name), $"{DataName} or {ControlName}, each once")
            : null,
    ];

    private static IEnumerable<SettingsFault?> OfControl(OutputPortSettings control, string path) =>
    [
        control.Type == PortType.Nats ? null : SettingsFault.Unexpected(
            $"{path}.type", control.Type.ToString().ToLowerInvariant(), $"nats: requests and replies of {ControlName} are not stored"),
        control.SubjectPrefix.Length == 0 ? null : SettingsFault.Unexpected(
            $"{path}.subject_prefix",
            HoconWriter.Quote(control.SubjectPrefix),
            $"nothing: {ControlName} has one fixed subject"),
        !control.Subject.Contains('{', StringComparison.Ordinal) ? null : SettingsFault.Unexpected(
            $"{path}.subject", HoconWriter.Quote(control.Subject),
            "a NATS subject without placeholders, because services subscribe below it"),
    ];

    private static IEnumerable<SettingsFault?> OfInput(InputPortSettings port, string path, IEnumerable<InputPortSettings> before) =>
    [
        Required(port.Name, $"{path}.name", "a name of 1 to 64 of A-Za-z0-9_-"),
        port.Name.Length > 0 && before.Any(other => IsSame(other.Name, port.Name))
            ? SettingsFault.Unexpected($"{path}.name", HoconWriter.Quote(port.Name), "a unique name")
            : null,
        port.Type == PortType.Local ? null : Required(port.Subject, $"{path}.subject", "a NATS subject"),
        port.Type == PortType.Local && port.IsPerPeer
            ? SettingsFault.Unexpected(
                $"{path}.subject", HoconWriter.Quote(port.Subject), "nothing: each message of a local input names its peer itself")
            : null,
        port.QueueGroup.Length == 0 ? null
            : port.Type == PortType.Jetstream ? SettingsFault.Unexpected(
                $"{path}.queue_group", HoconWriter.Quote(port.QueueGroup), "nothing: the peer's consumer divides a stream among nodes")
            : port.IsPerPeer ? SettingsFault.Unexpected(
                $"{path}.queue_group",
                HoconWriter.Quote(port.QueueGroup),
                "nothing with {peer} in the subject: the group may give a message to a node without that peer")
            : null,
    ];

    /// <summary>A message that two inputs receive would be sent twice.</summary>
    private static SettingsFault? OfOverlap(InputPortSettings port, string path, IEnumerable<InputPortSettings> before) =>
        SubjectPattern.TryParse(port.OfAll().Subject, out var subject)
        && before.FirstOrDefault(other => TakesTheSame(port, other, subject)) is { Name: var name, Subject: var taken }
            ? SettingsFault.Unexpected(
                $"{path}.subject",
                HoconWriter.Quote(port.Subject),
                $"a subject that does not overlap {HoconWriter.Quote(taken)} of {name}: messages on both would be sent twice")
            : null;

    /// <remarks>A subject belongs to one stream. A second stream with the same messages is a copy, which may be intended if both streams
    /// are configured. In a queue group only one subscription gets a message.</remarks>
    private static bool TakesTheSame(InputPortSettings port, InputPortSettings other, SubjectPattern subject) =>
        port.Type == other.Type && port.Type != PortType.Local
        && SubjectPattern.TryParse(other.OfAll().Subject, out _) && subject.Overlaps(other.OfAll().Subject)
        && (port.Type == PortType.Jetstream
            ? port.Stream.Length == 0 || other.Stream.Length == 0 || IsSame(port.Stream, other.Stream)
            : port.QueueGroup.Length == 0 || !IsSame(port.QueueGroup, other.QueueGroup));

    private static IEnumerable<SettingsFault?> OfSending(ComponentSettings component, string path)
    {
        var (egress, sendQueue, perPeer) = (component.Egress, component.Connection.SendQueueBytes, component.Server.MaxConnectionsPerPeer);
        return
        [
            component.Mode == ComponentMode.Server && perPeer > 1
                ? SettingsFault.Unexpected(
                    $"{path}.server.max_connections_per_peer", $"{perPeer}", "1 with inputs: messages to a peer are sent on one connection")
                : null,
            (long)egress.WindowOf(isBatching: true) * HeadLength <= sendQueue / 2 ? null : SettingsFault.Unexpected(
                $"{path}.egress.max_in_flight",
                $"{egress.WindowOf(isBatching: true)}",
                $"at most {sendQueue / 2 / HeadLength} with connection.send_queue_bytes of {Units.Write(sendQueue)}: "
                + "half of it is reserved for envelopes without their payloads"),
            egress.WindowBytes <= sendQueue / 2 ? null : SettingsFault.Unexpected(
                $"{path}.egress.window_bytes",
                Units.Write(egress.WindowBytes),
                $"at most half of connection.send_queue_bytes, {Units.Write(sendQueue)}: "
                + "it also holds the answers"),
        ];
    }

    private static bool IsSame(string left, string right) => string.Equals(left, right, StringComparison.Ordinal);
}
