using Federation.Actors.Diagnostics;
using Federation.Actors.Requests;

namespace Federation.Actors.Nats;

/// <summary>What is wrong with a control port at present: no connection, a refused inbox, subscription or publish. Thread-safe.</summary>
internal sealed class ControlFaults
{
    /// <summary>A publish is not answered; that it was refused is remembered for this long.</summary>
    private static readonly TimeSpan PublishRefusalTime = TimeSpan.FromMinutes(1);

    private static readonly TimeSpan LookInterval = TimeSpan.FromSeconds(5);

    private readonly NatsLink _link;
    private readonly ControlSubscriptions _subscriptions;
    private readonly string _subject;
    private readonly Action<object> _tell;
    private readonly CancellationToken _stop;
    private readonly Lock _gate = new();
    private string? _down;
    private string? _inbox;
    private (string Subject, string Reason, TimeSpan At)? _publish;
    private PortFault? _told;

    /// <param name="link">The port's connection.</param>
    /// <param name="subscriptions">The port's subscriptions.</param>
    /// <param name="subject">Start of the port's subjects.</param>
    /// <param name="tell">Told <see cref="ControlProtocol.Failed"/> and <see cref="ControlProtocol.Recovered"/>.</param>
    /// <param name="stop">Ends it.</param>
    public ControlFaults(NatsLink link, ControlSubscriptions subscriptions, string subject, Action<object> tell, CancellationToken stop)
    {
        _link = link;
        _subscriptions = subscriptions;
        _subject = subject;
        _tell = tell;
        _stop = stop;
        link.Up += () => Note(() => (_down, _inbox) = (null, null));
        link.CannotOpen += reason => Note(() => _down = reason);
        link.Refused += refusal => Note(() => Read(refusal));
        subscriptions.Changed += () => Note(static () => { });
    }

    private PortFault? Present =>
        _down is { } down ? Fault(_subject, down, down.Contains("maximum", StringComparison.OrdinalIgnoreCase)
            ? "raise the limit of NATS; each component has several connections" : "look whether the servers of nats.url run and let the node in", needsChange: false)
        : _inbox is { } inbox ? Fault(_subject, inbox, "allow the node's NATS user to subscribe to its inbox, _INBOX.>", needsChange: true)
        : _subscriptions.Failing is { } failing ? Fault(failing.Subject, failing.Reason, "allow the node's NATS user to subscribe to it", needsChange: true)
        : _publish is { } publish ? Fault(publish.Subject, publish.Reason, "allow the node's NATS user to publish to it", needsChange: true)
        : null;

    private static PortFault Fault(string subject, string reason, string remedy, bool needsChange) =>
        new(PortsSettings.ControlName, $"subject {subject}", "", reason, remedy, needsChange);

    private void Read(NatsRefusal refusal)
    {
        var reason = $"NATS says: {refusal.Text}";
        if (refusal.IsSubscription)
        {
            _inbox = _link.IsInbox(refusal.Subject) ? reason : _inbox;
            return;
        }

        // Whoever asks has an inbox of its own, of which one stands for all.
        var isOwn = refusal.Subject.StartsWith(_subject, StringComparison.Ordinal);
        if (_publish is null)
        {
            _ = ExpireAsync();
        }

        _publish = (isOwn || _publish is null ? refusal.Subject : _publish.Value.Subject, isOwn || _publish is null ? reason : _publish.Value.Reason, Clock.System.Elapsed);
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
