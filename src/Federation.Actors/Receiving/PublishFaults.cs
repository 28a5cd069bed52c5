using Akka.Actor;
using Federation.Actors.Diagnostics;
using Federation.Actors.Protocol;

namespace Federation.Actors.Receiving;

/// <summary>The subjects that the bus refuses at present, and the resulting fault. Not thread-safe.</summary>
internal sealed class PublishFaults(OutputPortSettings port, SubjectTemplate subject)
{
    /// <summary>Tracked subjects. Further refused subjects are detected when these work again.</summary>
    internal const int MaxSubjects = 100;

    /// <summary>A subject works again when the bus has accepted a message and refused none for this long: full streams accept one now and
    /// then.</summary>
    internal static readonly TimeSpan Settled = TimeSpan.FromSeconds(5);

    /// <summary>An unused subject is forgotten after this time.</summary>
    internal static readonly TimeSpan Forgotten = TimeSpan.FromMinutes(1);

    private readonly OrderedDictionary<string, Failure> _failing = new(StringComparer.Ordinal);
    private (string Reason, string Remedy)? _unusable;

    public bool IsEmpty => _failing.Count == 0 && _unusable is null;

    private bool IsFixed => !port.FullSubject.Contains('{', StringComparison.Ordinal);

    public PortFault? Current
    {
        get
        {
            if (_unusable is var (reason, remedy))
            {
                return new PortFault(port.Name, Target(subject.Wildcard), "", reason, remedy, NeedsChange: true);
            }

            return _failing.Count == 0 ? null : Fault(_failing.GetAt(0).Key, _failing.GetAt(0).Value);
        }
    }

    public void SetUnusable((string Reason, string Remedy)? problem)
    {
        if (problem is null && _unusable is not null)
        {
            // Whatever was refused until now, it was for this.
            _failing.Clear();
        }

        _unusable = problem;
    }

    /// <summary>While the group's memory is still held.</summary>
    public void Note(PublishGroup group, IReadOnlyList<Refusal> refusals, TimeSpan now)
    {
        if (refusals.Count == 0 && _failing.Count == 0)
        {
            return;
        }

        var next = 0;
        foreach (var range in group.Ranges)
        {
            for (var at = range.From; at < range.End; at++)
            {
                var refusal = next < refusals.Count && refusals[next].Batch == range.Batch
                    && refusals[next].Index == at ? refusals[next++] : default(Refusal?);
                if (refusal is null)
                {
                    Take(Subject(range.Batch, at), now);
                }
                else if (refusal is { Reason: NackReason.PublishFailed } failed)
                {
                    Refuse(Subject(range.Batch, at), failed, range.Batch.Peer.Identity, now);
                }
            }
        }
    }

    /// <summary>Called about once a second while there is a fault.</summary>
    public void Expire(TimeSpan now)
    {
        for (var i = _failing.Count - 1; i >= 0; i--)
        {
            var failure = _failing.GetAt(i).Value;
            if (now - failure.Refused >= (failure.Taken >= failure.Refused ? Settled : Forgotten))
            {
                _failing.RemoveAt(i);
            }
        }
    }

    private static string Remedy(string error) => error switch
    {
        _ when NatsErrors.Has(error, NatsErrors.PermissionsViolation) => "allow the node's NATS user to publish to this subject",
        _ when NatsErrors.Has(error, NatsErrors.MessageTooLarge) => "raise max_msg_size of the stream",
        _ when NatsErrors.Has(error, NatsErrors.FullForSubject) =>
            "raise max_msgs_per_subject of the stream, or let it discard old messages",
        _ when NatsErrors.Has(error, NatsErrors.TooManyMessages) || NatsErrors.Has(error, NatsErrors.TooManyBytes) =>
            "make room in the stream, raise its limits, or let it discard old messages",
        _ when NatsErrors.Has(error, "resource") || NatsErrors.Has(error, "storage") =>
            "raise the limits of the account or of the server's JetStream",
        _ when NatsErrors.Has(error, "no stream") => "add the subject to a stream",
        _ when NatsErrors.Has(error, "not answered") => "check JetStream, and whether the stream has no_ack",
        _ => "check the stream and the server's log",
    };

    private PortFault Fault(string refused, Failure failure) => new(
        port.Name,
        Target(refused),
        "",
        $"messages are nacked, the first one from {failure.Peer}: {failure.Error}",
        Remedy(failure.Error),
        NeedsChange: IsFixed && NatsErrors.Has(failure.Error, NatsErrors.PermissionsViolation));

    private string Target(string refused) => port.Type == PortType.Jetstream
        && port.Stream.Name.Length > 0 ? $"subject {refused}, stream {port.Stream.Name}" : $"subject {refused}";

    private string Subject(EnvelopeBatch batch, int at)
    {
        ref readonly var entry = ref batch[at];
        return IsFixed ? subject.Wildcard : subject.Resolve(batch, entry);
    }

    private void Take(string taken, TimeSpan now)
    {
        if (_failing.TryGetValue(taken, out var failure))
        {
            failure.Taken = now;
        }
    }

    private void Refuse(string refused, Refusal refusal, string peer, TimeSpan now)
    {
        if (_failing.TryGetValue(refused, out var failure))
        {
            failure.Refused = now;
            failure.Taken = TimeSpan.MinValue;
            failure.Error = refusal.Error;
        }
        else if (_failing.Count < MaxSubjects)
        {
            _failing[refused] = new Failure(peer) { Refused = now, Error = refusal.Error };
        }
    }

    private sealed class Failure(string peer)
    {
        public string Peer => peer;

        public required string Error { get; set; }

        public TimeSpan Refused { get; set; }

        /// <summary>When the bus last accepted a message.</summary>
        public TimeSpan Taken { get; set; } = TimeSpan.MinValue;
    }
}

internal sealed class PublishFaultReport(string component, OutputPortSettings port, IActorRef health, Clock clock)
{
    public static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    private readonly PublishFaults _faults = new(port, SubjectTemplate.Parse(port.FullSubject, component));
    private PortFault? _reported;

    /// <summary>While the group's memory is still held. Costs nothing without faults.</summary>
    public void Note(PublishGroup group, IReadOnlyList<Refusal> refusals)
    {
        // A local consumer refuses single messages; its port works.
        if (port.Type != PortType.Local && (refusals.Count > 0 || !_faults.IsEmpty))
        {
            _faults.Note(group, refusals, clock.Elapsed);
            Update();
        }
    }

    public void SetUnusable((string Reason, string Remedy)? problem)
    {
        _faults.SetUnusable(problem);
        Update();
    }

    /// <summary>The publisher ends; its successor starts without faults.</summary>
    public void End()
    {
        if (_reported is not null)
        {
            health.Tell(new HealthProtocol.PortRecovered(component, port.Name, ""));
        }
    }

    public void Update()
    {
        _faults.Expire(clock.Elapsed);
        if (_faults.Current is var fault && fault != _reported)
        {
            _reported = fault;
            health.Tell(fault is null ? new HealthProtocol.PortRecovered(component, port.Name, "") : new HealthProtocol.PortFailed(
                component, fault));
        }
    }
}
