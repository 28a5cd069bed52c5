using System.Globalization;
using Federation.Actors.Protocol;
using Federation.Hocon;

namespace Federation.Actors.Configuration;

/// <summary>What the settings of a component that sends must be beyond each one's own type and range.</summary>
internal static class EgressRules
{
    /// <summary>Bytes of an envelope before its payload, about.</summary>
    private const int HeadLength = 128;

    /// <summary>Reports what is wrong.</summary>
    /// <param name="component">Whose settings.</param>
    /// <param name="path">Its path.</param>
    /// <param name="missing">Told a path and what was expected there.</param>
    /// <param name="unexpected">Told a path, what was found, and what was expected.</param>
    internal static void Check(ComponentSettings component, string path, Action<string, string> missing, Action<string, string, string> unexpected)
    {
        var names = new HashSet<string>(StringComparer.Ordinal);
        for (var i = 0; i < component.Ports.Inputs.Count; i++)
        {
            var (port, portPath) = (component.Ports.Inputs[i], $"{path}.ports.inputs[{i}]");
            if (port.Name.Length == 0)
            {
                missing($"{portPath}.name", "a name of 1 to 64 of A-Za-z0-9_-");
            }
            else if (!names.Add(port.Name))
            {
                unexpected($"{portPath}.name", HoconWriter.Quote(port.Name), "a name that no other input has");
            }

            if (port.Subject.Length == 0 && port.Type != PortType.Local)
            {
                missing($"{portPath}.subject", "a NATS subject");
            }

            if (port.Type == PortType.Jetstream && port.QueueGroup.Length > 0)
            {
                unexpected($"{portPath}.queue_group", HoconWriter.Quote(port.QueueGroup), "nothing: nodes divide a stream by the peer's consumer");
            }
        }

        CheckOverlaps(component.Ports.Inputs, path, unexpected);
        var perPeer = component.Server.MaxConnectionsPerPeer;
        if (names.Count > 0 && component.Mode == ComponentMode.Server && perPeer > 1)
        {
            unexpected(
                $"{path}.server.max_connections_per_peer",
                perPeer.ToString(CultureInfo.InvariantCulture),
                "1 with inputs: what is sent to a peer goes to one connection");
        }

        var (egress, sendQueue) = (component.Egress, component.Connection.SendQueueBytes);
        if (names.Count > 0 && (long)egress.MaxInFlight * HeadLength > sendQueue / 2)
        {
            unexpected(
                $"{path}.egress.max_in_flight",
                egress.MaxInFlight.ToString(CultureInfo.InvariantCulture),
                $"at most {sendQueue / 2 / HeadLength} with connection.send_queue_bytes of {Units.Write(sendQueue)}: half of it for what each envelope has besides its payload");
        }

        if (names.Count > 0 && egress.WindowBytes > sendQueue / 2)
        {
            unexpected(
                $"{path}.egress.window_bytes",
                Units.Write(egress.WindowBytes),
                $"at most half of connection.send_queue_bytes, {Units.Write(sendQueue)}: what is on its way waits there beside the answers");
        }
    }

    /// <summary>A message that two inputs take would be sent twice.</summary>
    private static void CheckOverlaps(IReadOnlyList<InputPortSettings> inputs, string path, Action<string, string, string> unexpected)
    {
        for (var i = 1; i < inputs.Count; i++)
        {
            if (SubjectPattern.TryParse(inputs[i].Subject, out var subject) && inputs.Take(i).FirstOrDefault(other => TakesTheSame(inputs[i], other, subject)) is { } other)
            {
                unexpected(
                    $"{path}.ports.inputs[{i}].subject", HoconWriter.Quote(inputs[i].Subject),
                    $"a subject that does not overlap {HoconWriter.Quote(other.Subject)} of {other.Name}: each message of both would be sent twice");
            }
        }
    }

    /// <remarks>
    /// A subject belongs to one stream; another one that has its messages is a copy, which may be meant where both streams are named. In a
    /// queue group one subscription gets a message.
    /// </remarks>
    private static bool TakesTheSame(InputPortSettings port, InputPortSettings other, SubjectPattern subject) =>
        port.Type == other.Type && port.Type != PortType.Local && SubjectPattern.TryParse(other.Subject, out _) && subject.Overlaps(other.Subject)
        && (port.Type == PortType.Jetstream
            ? port.Stream.Length == 0 || other.Stream.Length == 0 || string.Equals(port.Stream, other.Stream, StringComparison.Ordinal)
            : port.QueueGroup.Length == 0 || !string.Equals(port.QueueGroup, other.QueueGroup, StringComparison.Ordinal));
}
