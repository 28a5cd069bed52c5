using Akka.Actor;
using Federation.Actors.Diagnostics;
using Federation.Actors.Messages;
using Federation.Actors.Protocol;

namespace Federation.Actors.Sending;

/// <summary>Passes the bus's reports to health, metrics and log. Used by the egress actor only.</summary>
internal sealed class EgressReports(string component, OutputMetrics metrics, IActorRef health, FederationLog log)
{
    private string? _lastNotice;

    /// <returns>False when the message is not a report.</returns>
    public bool TryHandle(object message)
    {
        switch (message)
        {
            case EgressBusProtocol.Overflowed overflowed:
                Drop(DropReason.InputOverflow, overflowed.Count);
                break;
            case EgressBusProtocol.Skipped skipped:
                Drop(DropReason.Skipped, skipped.Count);
                log.Write(
                    LogEvents.MessagesSkipped,
                    "{Component}, input {Port}: the limits of the stream removed {AtMost}{Count} messages before they were sent to "
                    + "{Peer}; raise max_age, max_msgs or max_bytes of the stream",
                    component, skipped.Port, skipped.IsExact ? "" : "up to ", skipped.Count, skipped.Peer);
                break;
            case EgressBusProtocol.Up:
                _lastNotice = null;
                health.Tell(new HealthProtocol.EgressBus(component, Connected: true));
                break;
            case EgressBusProtocol.Down down:
                health.Tell(new HealthProtocol.EgressBus(component, Connected: false, down.Reason));
                break;
            case EgressBusProtocol.DeadLetters letters:
                metrics.DeadLetters(letters.Outcome.ToString().ToLowerInvariant()).Inc(letters.Count);
                break;
            case EgressBusProtocol.Failed failed:
                health.Tell(new HealthProtocol.PortFailed(component, failed.Fault));
                break;
            case EgressBusProtocol.Recovered recovered:
                health.Tell(new HealthProtocol.PortRecovered(component, recovered.Port, recovered.Peer));
                break;
            case EgressBusProtocol.HeadersUnreadable headers:
                metrics.HeadersUnreadable.Inc();
                Note($"input {headers.Port}: NATS headers of a message cannot be read ({headers.Reason}); it is sent without them");
                break;
            case EgressBusProtocol.Notice notice:
                Note(notice.Text);
                break;
            default:
                return false;
        }

        return true;
    }

    public void Drop(string reason, long count)
    {
        metrics.Taken.Inc(count);
        metrics.Dropped(reason).Inc(count);
    }

    private void Note(string text)
    {
        if (!string.Equals(text, _lastNotice, StringComparison.Ordinal)
            && log.Write(LogEvents.SendingNotice, "{Component}, sending: {Notice}", component, text))
        {
            _lastNotice = text;
        }
    }
}
