using Akka.Actor;
using Federation.Actors.Diagnostics;
using Federation.Actors.Protocol;

namespace Federation.Actors.Receiving;

/// <summary>Passes the bus's reports and the outcome of groups to health, metrics and log. Used by the publisher only.</summary>
internal sealed class PublisherReports(string component, OutputPortSettings port,
    ComponentMetrics metrics, IActorRef health, FederationLog log, Clock clock)
{
    private readonly string _subject = port.FullSubject;
    private readonly PublishFaultReport _faults = new(component, port, health, clock);
    private string? _lastNotice;

    public void Up(string server)
    {
        log.Write(LogEvents.BusConnected, "{Component} is connected to {Server}", component, server);
        health.Tell(new HealthProtocol.Bus(component, Connected: true));
        _lastNotice = null;
        _faults.SetUnusable(null);
    }

    /// <summary>NATS is there, but not the stream.</summary>
    public void UpWithout(BusProtocol.Unusable unusable)
    {
        health.Tell(new HealthProtocol.Bus(component, Connected: true));
        _faults.SetUnusable(unusable.Problem);
    }

    public void Unreachable(string reason)
    {
        health.Tell(new HealthProtocol.Bus(component, Connected: false, reason));
        Note(LogEvents.BusUnreachable, $"cannot reach its bus and retries; messages are queued: {reason}");
    }

    public void Lost(string reason)
    {
        log.Write(LogEvents.BusLost, "{Component} has lost its connection to the bus; messages are queued: {Reason}", component, reason);
        health.Tell(new HealthProtocol.Bus(component, Connected: false, reason));
    }

    public void End()
    {
        _faults.End();
        health.Tell(new HealthProtocol.Bus(component, Connected: false));
    }

    public void UpdateFaults() => _faults.Update();

    /// <returns>False when the message is not a report.</returns>
    public bool TryHandle(object message)
    {
        switch (message)
        {
            case BusProtocol.Denied denied:
                log.Write(
                    LogEvents.PublishDenied, "{Component} may not publish to {Subject}: {Error}", component, denied.Subject, denied.Error);
                break;
            case BusProtocol.Failed failed:
                log.WriteFailure(metrics, $"publish a message from {failed.Peer}", failed.Failure);
                break;
            case BusProtocol.Notice notice:
                Note(LogEvents.BusNotice, notice.Text);
                break;
            case BusProtocol.Unusable unusable:
                _faults.SetUnusable(unusable.Problem);
                break;
            default:
                return false;
        }

        return true;
    }

    /// <summary>While the group's memory is still held.</summary>
    public void Settled(PublishGroup group)
    {
        NoteForbidden(group.Refusals);
        metrics.Published(_subject).Inc(group.Count - group.Refusals.Count);
        _faults.Note(group, group.Refusals);
    }

    private void NoteForbidden(IReadOnlyList<Refusal> refusals)
    {
        for (var i = 0; i < refusals.Count; i++)
        {
            if (refusals[i] is { Reason: NackReason.NotPermitted } refusal)
            {
                metrics.Errors(ErrorTypes.NotPermitted).Inc();
                if (refusal.Batch.Permissions?.TryReport(refusal.Error) != true)
                {
                    log.Write(LogEvents.SubjectNotPermitted,
                        "{Component}: a message from {Peer} was refused: {Reason}", component, refusal.Batch.Peer.Identity, refusal.Error);
                }
            }
        }
    }

    /// <summary>Logs each text once until the bus is connected again.</summary>
    private void Note(LoggedEvent what, string text)
    {
        if (!string.Equals(text, _lastNotice, StringComparison.Ordinal) && log.Write(what, "{Component}: {Notice}", component, text))
        {
            _lastNotice = text;
        }
    }
}
