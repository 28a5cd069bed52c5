using Federation.Actors.Diagnostics;
using Federation.Actors.Protocol;
using Federation.Actors.Requests;

namespace Federation.Actors.Nats;

/// <summary>The present faults of a control port: no connection, a refused inbox, subscription or publish. Thread-safe.</summary>
internal sealed class ControlFaults
{
    /// <summary>A publish has no answer, so a refusal counts for this long.</summary>
    private static readonly TimeSpan PublishRefusalTime = TimeSpan.FromMinutes(1);

    private static readonly TimeSpan LookInterval = TimeSpan.FromSeconds(5);

    private readonly NatsLink _link;
    private readonly ControlSubscriptions _subscriptions;
    private readonly string _subject;
    private readonly Func<string, bool> _isOwn;
    private readonly Action<object> _tell;
    private readonly CancellationToken _stop;
    private readonly Lock _gate = new();
    private string? _down;
    private bool _isAsking;
    private (string Subject, string Reason, TimeSpan At)? _publish;
    private PortFault? _told;

    /// <param name="tell">Receives <see cref="ControlProtocol.Failed"/> and <see cref="ControlProtocol.Recovered"/>.</param>
    public ControlFaults(NatsLink link, ControlSubscriptions subscriptions,
        string subject, Func<string, bool> isOwn, Action<object> tell, CancellationToken stop)
    {
        _link = link;
        _subscriptions = subscriptions;
        _subject = subject;
        _isOwn = isOwn;
        _tell = tell;
        _stop = stop;
        link.Happened += happened => Note(() => Read(happened));
        subscriptions.Changed += () => Note(static () => { });
    }

    /// <summary>The port makes requests, which get no answer while the inbox is refused.</summary>
    public void Ask()
    {
        if (!_isAsking)
        {
            Note(() => _isAsking = true);
        }
    }

    private PortFault? Present =>
        _down is { } down ? Fault(_subject, down, NatsErrors.Has(down, NatsErrors.TooManyConnections) || NatsErrors.Has(
            down, NatsErrors.TooManyAccountConnections)
            ? "raise the limit of NATS; the node has a connection for each component that publishes, and up to two more"
                : "check that the servers of nats.url run and accept the node", needsChange: false)
        : _isAsking && _link.InboxRefusal is { } inbox
            ? Fault(_subject, $"NATS reports: {inbox}", "allow the node's NATS user to subscribe to its inbox, _INBOX.>", needsChange: true)
        : _subscriptions.Failing is { } failing
            ? Fault(failing.Subject, failing.Reason, "allow the node's NATS user to subscribe to it", needsChange: true)
        : _publish is { } publish ? Fault(publish.Subject, publish.Reason, "allow the node's NATS user to publish to it", needsChange: true)
        : null;

    private static PortFault Fault(string subject, string reason, string remedy, bool needsChange) =>
        new(PortsSettings.ControlName, $"subject {subject}", "", reason, remedy, needsChange);

    private void Read(LinkEvent happened)
    {
        switch (happened)
        {
            case LinkEvent.Up:
                _down = null;
                break;
            case LinkEvent.CannotOpen cannot:
                _down = cannot.Reason;
                break;
            case LinkEvent.Refused { Refusal: { IsSubscription: false } refusal } when _isOwn(refusal.Subject):
                if (_publish is null)
                {
                    _ = ExpireAsync();
                }

                // Whoever asks has an inbox of its own, of which one stands for all.
                if (_publish is null || refusal.Subject.StartsWith(_subject, StringComparison.Ordinal))
                {
                    _publish = (refusal.Subject, $"NATS reports: {refusal.Text}", default);
                }

                _publish = _publish.Value with { At = Clock.System.Elapsed };
                break;
        }
    }

    private async Task ExpireAsync()
    {
        using var timer = new PeriodicTimer(LookInterval);
        try
        {
            while (await timer.WaitForNextTickAsync(_stop))
            {
                lock (_gate)
                {
                    if (_publish is not { } publish)
                    {
                        return;
                    }

                    if (Clock.System.Elapsed - publish.At >= PublishRefusalTime)
                    {
                        _publish = null;
                        Tell();
                        return;
                    }
                }
            }
        }
        catch (OperationCanceledException)
        {
            // The port ends.
        }
    }

    private void Note(Action change)
    {
        lock (_gate)
        {
            change();
            Tell();
        }
    }

    private void Tell()
    {
        var present = Present;
        if (present == _told)
        {
            return;
        }

        _told = present;
        _tell(present is not null ? new ControlProtocol.Failed(present) : ControlProtocol.Recovered.Instance);
    }
}
