using Akka.Actor;
using Federation.Actors.Diagnostics;

namespace Federation.Actors.Requests;

/// <summary>Passes the control bus's reports to health and log. Used by the correlation actor only.</summary>
internal sealed class ControlReports(string component, IActorRef health, FederationLog log)
{
    private string? _lastNotice;

    /// <returns>False when the message is not a report.</returns>
    public bool TryHandle(object message)
    {
        switch (message)
        {
            case ControlProtocol.Failed failed:
                health.Tell(new HealthProtocol.PortFailed(component, failed.Fault));
                break;
            case ControlProtocol.Recovered:
                health.Tell(new HealthProtocol.PortRecovered(component, PortsSettings.ControlName, ""));
                break;
            case ControlProtocol.Notice notice:
                if (!string.Equals(notice.Text, _lastNotice, StringComparison.Ordinal) && log.Write(
                    LogEvents.ControlNotice, "{Component}, control port: {Notice}", component, notice.Text))
                {
                    _lastNotice = notice.Text;
                }

                break;
            default:
                return false;
        }

        return true;
    }
}
