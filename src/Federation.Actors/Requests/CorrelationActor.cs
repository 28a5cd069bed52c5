using System.Text;
using Akka.Actor;
using Akka.Event;
using Federation.Actors.Diagnostics;
using Federation.Actors.Messages;
using Federation.Actors.Protocol;

namespace Federation.Actors.Requests;

/// <summary>Requests and replies of a component's connections: sends requests and finds their replies, and answers requests of
/// peers.</summary>
/// <remarks>
/// <code>
///   code, NATS --Call, Asked--> [ pending ] --Request--> connection --> peer
///        ^----------- outcome -----'  ^---- reply, deadline, end of the connection
///   peer --> connection --Arrived--> built-in method, egress, or a service on NATS --Reply--> connection --> peer
/// </code>
/// The table of pending requests outlives a restart. One timer serves all deadlines.</remarks>
internal sealed class CorrelationActor : UntypedActor, IWithTimers
{
    internal static readonly TimeSpan SweepInterval = TimeSpan.FromMilliseconds(50);

    private readonly ComponentSettings _settings;
    private readonly RequestState _state;
    private readonly Func<IControlBus?> _connect;
    private readonly ComponentMetrics _metrics;
    private readonly IActorRef _directory;
    private readonly ControlReports _reports;
    private readonly PeerRequests _incoming;
    private readonly OutgoingRequests _outgoing;
    private readonly PeerControls _controls;
    private readonly PeerList _list;
    private readonly FederationLog _log;
    private readonly Clock _clock = Clock.Of(Context.System);

    public CorrelationActor(
        string nodeId, ComponentSettings settings, RequestState state, Func<IControlBus?> connect,
        IActorRef egress, ComponentMetrics metrics, IActorRef directory, IActorRef health)
    {
        _directory = directory;
        _settings = settings;
        _log = FederationLog.Of(Context, settings.Name);
        _reports = new ControlReports(settings.Name, health, _log);
        _state = state;
        _connect = connect;
        _metrics = metrics;
        _list = new PeerList(nodeId, settings.Name, state.Peers, _clock);
        _incoming = new PeerRequests(settings.Bidirectional, state, egress, metrics);
        _outgoing = new OutgoingRequests(settings, state, metrics, _log, _clock);
        _controls = new PeerControls(_incoming, state, metrics, _log);
    }

    public ITimerScheduler Timers { get; set; } = null!;

    /// <summary>Data messages so far: sent by a component that sends, else received.</summary>
    private long Count => _settings.Ports.Inputs.Count > 0 ? _metrics.Output.Sent.Value : _metrics.Received(EnvelopeType.Data).Value;

    public static Props Props(
        string nodeId, ComponentSettings settings, RequestState state, Func<IControlBus?> connect,
        IActorRef egress, ComponentMetrics metrics, IActorRef directory, IActorRef health) =>
        Akka.Actor.Props.Create(() => new CorrelationActor(nodeId, settings, state, connect, egress, metrics, directory, health));

    protected override void PreStart()
    {
        _state.Bus = _connect();
        _state.Bus?.Start(Self);
        foreach (var identity in _state.Peers.Identities)
        {
            _state.Bus?.Offer(identity);
        }

        Timers.StartPeriodicTimer(Sample.Instance, Sample.Instance, TimeSpan.FromSeconds(1));
        StartSweeping();
    }

    protected override void PostStop()
    {
        // Nobody waits for the end of it; the library bounds it.
        _ = _state.Bus?.DisposeAsync().AsTask();
        if (_state.Bus is not null)
        {
            _reports.TryHandle(ControlProtocol.Recovered.Instance);
        }
    }

    /// <remarks>No message restarts this actor: its state would be the same, and the control port's connection would be lost.</remarks>
    protected override bool AroundReceive(Receive receive, object message)
    {
        try
        {
            return base.AroundReceive(receive, message);
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            Fail(message, e);
            return true;
        }
    }

    protected override void OnReceive(object message)
    {
        switch (message)
        {
            case RequestProtocol.Arrived arrived:
                Receive(arrived.Batch);
                break;
            case RequestProtocol.Call call:
                Call(call);
                break;
            case RequestProtocol.Cancel cancel:
                foreach (var request in _state.Pending.Cancel(cancel.Caller))
                {
                    RequestSpan.End(request.Span, "taken back");
                }

                break;
            case RequestProtocol.Broadcast broadcast:
                _outgoing.Broadcast(broadcast);
                StartSweeping();
                break;
            case RequestProtocol.Unsent unsent when _state.Pending.Take(unsent.Connection, unsent.Id) is { } request:
                request.End(RequestOutcome.Failed(RequestErrors.TooLarge,
                    "the request is too large for a message, or does not fit into the queue together with the peer's unread data"));
                break;
            case RequestProtocol.Unsent:
                break;
            case Sweep:
                Expire();
                break;
            case Sample:
                _state.Throughput.Sample(_clock.Elapsed, Count);
                break;
            default:
                Others(message);
                break;
        }
    }

    private void Others(object message)
    {
        switch (message)
        {
            case ConnectionProtocol.Opened opened:
                if (_state.Peers.Add(new PeerEntry(opened.Connection, opened.Meter, opened.Permissions)))
                {
                    _state.Bus?.Offer(opened.Meter.Identity);
                }

                break;
            case ConnectionProtocol.Ended ended:
                End(ended.Connection);
                break;
            case PeerRequests.Answered answered:
                _incoming.Answer(answered);
                break;
            case EgressProtocol.Invoked invoked:
                _incoming.Answer(invoked);
                break;
            case ControlProtocol.Asked asked:
                _state.Bus?.Taken();
                Asked(asked);
                break;
            case ControlProtocol.PeersAsked asked:
                _state.Bus?.Taken();
                Answer(asked.ReplyTo, _list.Answer(asked.Payload, _state.Bus?.MaxPayload ?? 0));
                break;
            default:
                if (!_reports.TryHandle(message))
                {
                    Unhandled(message);
                }

                break;
        }
    }

    private void Receive(EnvelopeBatch batch)
    {
        try
        {
            if (!_state.Peers.TryGet(batch.Connection, out var peer))
            {
                return;
            }

            _controls.Receive(peer, batch, _state.Bus, Self, _clock.Elapsed);
        }
        finally
        {
            batch.EndControls();
        }
    }

    private void Fail(object message, Exception failure)
    {
        _log.WriteFailure(_metrics, $"process {message.GetType().Name}", failure);
        if (message is RequestProtocol.Call)
        {
            Sender.Tell(RequestOutcome.Failed(RequestErrors.InternalError, PeerControls.Failed));
        }
        else if (message is ControlProtocol.Asked asked)
        {
            Answer(asked.ReplyTo, ReplyPayload.Error(RequestErrors.InternalError, PeerControls.Failed));
        }
    }

    private void Call(RequestProtocol.Call call)
    {
        var caller = Sender;
        var peer = _state.Peers.Find(call.Peer);
        if (peer is null && !call.IsForwarded && !_directory.IsNobody())
        {
            _directory.Forward(call);
            return;
        }

        _outgoing.Ask(peer, call.Peer, new ControlRequest(call.Method, call.Parameters),
            call.Timeout, caller, call.TraceParent, outcome => caller.Tell(outcome));
        StartSweeping();
    }

    private void Asked(ControlProtocol.Asked asked)
    {
        if (!ControlPayload.TryRead(asked.Payload, out var request, out var error))
        {
            Answer(asked.ReplyTo, ReplyPayload.Error(RequestErrors.InvalidRequest, error));
            return;
        }

        _outgoing.Ask(_state.Peers.Find(asked.Peer), asked.Peer, request!, timeout: null, ActorRefs.Nobody, asked.TraceParent, outcome =>
            Answer(asked.ReplyTo, outcome.Code is { } code ? ReplyPayload.Error(code, outcome.Message) : outcome.Reply));
        StartSweeping();
    }

    private void StartSweeping()
    {
        if (_state.Pending.Count > 0 && !Timers.IsTimerActive(Sweep.Instance))
        {
            Timers.StartPeriodicTimer(Sweep.Instance, Sweep.Instance, SweepInterval);
        }
    }

    private void Expire()
    {
        foreach (var request in _state.Pending.Expire(_clock.Elapsed))
        {
            _metrics.RequestTimeouts.Inc();
            request.End(
                RequestOutcome.Failed(RequestErrors.Timeout, $"no reply within {(request.Deadline - request.Sent).TotalSeconds:0.###} s"));
        }

        if (_state.Pending.Count == 0)
        {
            Timers.Cancel(Sweep.Instance);
        }
    }

    private void End(IActorRef connection)
    {
        if (_state.Peers.Remove(connection) is { } gone)
        {
            _state.Bus?.Withdraw(gone);
        }

        foreach (var request in _state.Pending.TakeAll(connection))
        {
            request.End(RequestOutcome.Failed(RequestErrors.ConnectionLost, "the connection ended before the reply arrived"));
        }
    }

    private void Answer(string? replyTo, ReadOnlyMemory<byte> payload)
    {
        if (replyTo is null || _state.Bus is not { } bus)
        {
            return;
        }

        if (payload.Length > bus.MaxPayload)
        {
            payload = ReplyPayload.Error(RequestErrors.TooLarge, $"the reply has {payload.Length} bytes, and NATS has a maximum of "
                + $"{bus.MaxPayload}");
        }

        if (!bus.TryAnswer(replyTo, payload))
        {
            _metrics.Errors(ErrorTypes.ControlNotPublished).Inc();
        }
    }

    private sealed class Sweep : INoSerializationVerificationNeeded
    {
        public static readonly Sweep Instance = new();
    }

    private sealed class Sample : INoSerializationVerificationNeeded
    {
        public static readonly Sample Instance = new();
    }
}
