using Akka.Actor;
using Akka.Event;
using Federation.Actors.Diagnostics;
using Federation.Actors.Messages;
using Federation.Actors.Sockets;
using Federation.Actors.Sockets.Client;

namespace Federation.Actors.Supervision;

/// <summary>Keeps one dialled connection: dials, passes the connection to the component, and dials again after a pause when it has
/// ended.</summary>
/// <remarks>
/// <code>
///             .--------------------- Reconnect --------------------.
///             v                                                    |
///   Dialling --open--> Open --ended--> Waiting --pause over--> (Dialling)
///      '----failed, tries left----------^  |                       |
///      '----failed, or ended, no tries left--------------------> Failed
///   any --Stop--> Stopped
/// </code>
/// </remarks>
internal sealed class DialerActor(
    string component, ClientSettings settings,
    Func<Uri, CancellationToken, Task<ConnectedPeer>> open, ComponentMetrics metrics, IActorRef health,
    Random random) : UntypedActor, IWithTimers
{
    private readonly DialPlan _plan = new(settings, random);
    private readonly FederationLog _log = FederationLog.Of(Context, component);
    private CancellationTokenSource? _dialling;
    private LinkState? _state;

    public ITimerScheduler Timers { get; set; } = null!;

    public static Props Props(
        string component, ClientSettings settings, Func<Uri, CancellationToken, Task<ConnectedPeer>> open, ComponentMetrics metrics,
        IActorRef health, Random random) =>
        Akka.Actor.Props.Create(() => new DialerActor(component, settings, open, metrics, health, random));

    protected override void PreStart()
    {
        Change(LinkState.Connecting, "");
        Dial();
    }

    protected override void PostStop()
    {
        _ = _dialling?.CancelAsync();
        Change(LinkState.Stopped, "");
    }

    protected override void PreRestart(Exception reason, object message)
    {
        base.PreRestart(reason, message);
        Context.Parent.Tell(DialerProtocol.Restarted.Instance);
    }

    protected override bool AroundReceive(Receive receive, object message)
    {
        if (message is not DialEnded ended || ended.Dial == _dialling)
        {
            return base.AroundReceive(receive, message);
        }

        // Of a dial that was given up.
        if (ended.Peer is { } late)
        {
            late.Socket.Abort();
            _ = late.Socket.DisposeAsync().AsTask();
        }

        return true;
    }

    protected override void OnReceive(object message) => Dialling(message);

    private void Dialling(object message)
    {
        switch (message)
        {
            case DialEnded { Peer: { } peer }:
                Open(peer);
                break;
            case DialEnded { Error: { } error }:
                var failure = error as DialFailedException;
                metrics.Errors(failure?.ErrorType ?? ErrorTypes.DialFailed).Inc();
                var reason = $"cannot reach {_plan.CurrentName}: {error.Message}";
                _plan.Failed();
                Retry(reason, failure?.RetryAfter);
                break;
            case ComponentProtocol.Reconnect:
                Refuse("is already being dialled");
                break;
            default:
                Always(message);
                break;
        }
    }

    private void Opened(object message, PeerMeter meter, bool stable)
    {
        switch (message)
        {
            case ConnectionProtocol.Ended ended when ended.Meter == meter:
                var reason = $"has lost its connection to {_plan.CurrentName} at {meter.Address}: {meter.End ?? "it failed"}";
                Timers.Cancel(Stable.Instance);
                _plan.Lost(stable);
                Retry(reason);
                break;
            case Stable:
                Become(next => Opened(next, meter, stable: true));
                break;
            case ComponentProtocol.Reconnect:
                Refuse("is connected");
                break;
            default:
                Always(message);
                break;
        }
    }

    private void Waiting(object message)
    {
        if (message is PauseOver)
        {
            Redial();
        }
        else
        {
            Failed(message);
        }
    }

    private void Failed(object message)
    {
        if (message is ComponentProtocol.Reconnect)
        {
            // As after a stable connection, because someone has asked for it.
            Timers.Cancel(PauseOver.Instance);
            _plan.StartOver();
            Sender.Tell(new ComponentProtocol.Reconnecting(Started: true, "is being dialled"));
            Change(LinkState.Reconnecting, "asked to");
            Redial();
        }
        else
        {
            Always(message);
        }
    }

    private void Stopped(object message)
    {
        if (message is ComponentProtocol.Reconnect)
        {
            Refuse("is stopping");
        }
        else
        {
            Always(message);
        }
    }

    private void Always(object message)
    {
        switch (message)
        {
            case DialerProtocol.Stop:
                Timers.CancelAll();
                _ = _dialling?.CancelAsync();
                _dialling = null;
                Change(LinkState.Stopped, "");
                Become(Stopped);
                break;
            case ConnectionProtocol.Ended:
            case Stable:
            case PauseOver:
                break;
            default:
                Unhandled(message);
                break;
        }
    }

    private void Refuse(string reason) => Sender.Tell(new ComponentProtocol.Reconnecting(Started: false, reason));

    private void Dial()
    {
        var dial = new CancellationTokenSource();
        _dialling = dial;
        _ = open(_plan.Current, dial.Token).PipeTo(Self, success: peer => new DialEnded(dial, peer, null),
            failure: e => new DialEnded(dial, null, e));
        Become(Dialling);
    }

    private void Redial()
    {
        metrics.ReconnectAttempts.Inc();
        Dial();
    }

    private void Open(ConnectedPeer peer)
    {
        _log.Write(LogEvents.Dialled, "{Component} is connected to {Server}", component, _plan.CurrentName);
        Context.Parent.Tell(peer);
        Timers.StartSingleTimer(Stable.Instance, Stable.Instance, settings.Reconnect.StableAfter);
        Become(next => Opened(next, peer.Meter, stable: false));
        Change(LinkState.Connected, "");
    }

    /// <summary>Waits and dials again, unless the attempts are exhausted.</summary>
    /// <param name="asked">The server's Retry-After, or null.</param>
    private void Retry(string reason, TimeSpan? asked = null)
    {
        if (_plan.IsExhausted)
        {
            _log.Write(
                LogEvents.DialGivenUp, "{Component} {Reason}; it is not dialled again until an operator requests it", component, reason);
            Become(Failed);
            Change(LinkState.Failed, reason);
            return;
        }

        var pause = _plan.Pause(asked);
        _log.Write(LogEvents.DialFailed, "{Component} {Reason}; next attempt in {Seconds} s", component, reason,
            Math.Round(pause.TotalSeconds, 1));
        Timers.StartSingleTimer(PauseOver.Instance, PauseOver.Instance, pause);
        Become(Waiting);
        Change(LinkState.Reconnecting, reason, pause);
    }

    private void Change(LinkState state, string reason, TimeSpan? pause = null)
    {
        if (state == _state && state is not LinkState.Reconnecting)
        {
            return;
        }

        _state = state;
        foreach (var any in Enum.GetValues<LinkState>())
        {
            metrics.ConnectionState(any.ToString().ToLowerInvariant()).Set(any == state ? 1 : 0);
        }

        health.Tell(new HealthProtocol.Link(component, state, _plan.CurrentName, reason) { Attempt = _plan.Attempt, Pause = pause });
        Context.System.EventStream.Publish(new LinkStateChanged(component, state, reason));
    }

    private sealed record DialEnded(CancellationTokenSource Dial, ConnectedPeer? Peer, Exception? Error)
        : INoSerializationVerificationNeeded, IDeadLetterSuppression;

    private sealed class PauseOver : INoSerializationVerificationNeeded
    {
        public static readonly PauseOver Instance = new();
    }

    private sealed class Stable : INoSerializationVerificationNeeded
    {
        public static readonly Stable Instance = new();
    }
}

internal static class DialerProtocol
{
    /// <summary>To the dialer: stop dialling. Open connections stay.</summary>
    public sealed class Stop : INoSerializationVerificationNeeded, IDeadLetterSuppression
    {
        public static readonly Stop Instance = new();
    }

    /// <summary>From the dialer: it has failed and dials again; its connection is to end.</summary>
    public sealed class Restarted : INoSerializationVerificationNeeded
    {
        public static readonly Restarted Instance = new();
    }
}
