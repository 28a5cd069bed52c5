using System.Text.Json;
using Akka.Actor;
using Akka.Event;
using Federation.Actors.Diagnostics;
using Federation.Actors.Messages;
using Federation.Actors.Protocol;

namespace Federation.Actors.Requests;

/// <summary>Turns the state of a component's queue into <c>backpressure</c> requests to its peers.</summary>
/// <remarks>Receives slow signals like a connection, and checks the queue once a second while a limit applies.</remarks>
internal sealed class UpstreamActor : UntypedActor, IWithTimers
{
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    private readonly string _component;
    private readonly IActorRef _queue;
    private readonly IActorRef _requests;
    private readonly ComponentMetrics _metrics;
    private readonly UpstreamRate _rate = new();
    private readonly FederationLog _log;
    private readonly Clock _clock = Clock.Of(Context.System);
    private readonly RateMeter _taken;

    public UpstreamActor(string component, IActorRef queue, IActorRef requests, ComponentMetrics metrics)
    {
        _component = component;
        _log = FederationLog.Of(Context, component);
        _queue = queue;
        _requests = requests;
        _metrics = metrics;
        _taken = new RateMeter(_clock.Elapsed, metrics.AcksSent.Value);
    }

    public ITimerScheduler Timers { get; set; } = null!;

    public static Props Props(string component, IActorRef queue, IActorRef requests, ComponentMetrics metrics) =>
        Akka.Actor.Props.Create(() => new UpstreamActor(component, queue, requests, metrics));

    protected override void PreStart()
    {
        _queue.Tell(new QueueProtocol.Register(Self));
        Timers.StartPeriodicTimer(Tick.Instance, Tick.Instance, Second);
    }

    protected override void OnReceive(object message)
    {
        switch (message)
        {
            case QueueProtocol.Slow when _rate.Limit is null:
                // The last whole second may have been before the rush.
                _taken.Sample(_clock.Elapsed, _metrics.AcksSent.Value);
                _rate.OnSlow(_taken.Current);
                _log.Write(LogEvents.UpstreamSlowed,
                    "{Component}: the queue is filling; its peers were asked to send no more than {Rate} messages a second in total",
                    _component, _rate.Limit);
                Ask();
                break;
            case QueueProtocol.Slow:
                break;
            case Tick:
                _taken.Sample(_clock.Elapsed, _metrics.AcksSent.Value);
                if (_rate.OnSecond(_metrics.QueueUtilization.Value, _taken.Current))
                {
                    Ask();
                }

                break;
            default:
                Unhandled(message);
                break;
        }
    }

    private void Ask()
    {
        var limit = _rate.Limit;
        if (limit is null)
        {
            _log.Write(LogEvents.UpstreamLifted, "{Component}: the queue is empty; its peers may send at any rate again", _component);
        }

        _requests.Tell(new RequestProtocol.Broadcast(BuiltInMethods.Backpressure, peers => Parameters(limit / peers)));
    }

    private static ReadOnlyMemory<byte> Parameters(double? limit) => JsonSerializer.SerializeToUtf8Bytes(
        new Dictionary<string, object?>(StringComparer.Ordinal) { ["rate_limit"] = limit, ["unit"] = "msg/sec" });

    private sealed class Tick : INoSerializationVerificationNeeded
    {
        public static readonly Tick Instance = new();
    }
}

/// <summary>The rate limit for peers, from the queue's utilization and outflow. Not thread-safe.</summary>
/// <remarks>When the queue passes its upper mark, a fifth below the bus's rate, and again each second above the mark; up by a tenth each
/// second below the lower mark; unlimited after half a minute of a nearly empty queue.</remarks>
internal sealed class UpstreamRate
{
    /// <summary>The lowest limit in messages per second: an idle bus may become available again.</summary>
    internal const double Floor = 1;

    private const double Lower = 0.8;
    private const double Raise = 1.1;
    private const double UpperMark = 0.8;
    private const double LowerMark = 0.6;
    private const double NearlyEmpty = 0.2;
    private const int QuietSeconds = 30;

    private int _quiet;

    /// <summary>Messages per second; null: no limit.</summary>
    public double? Limit { get; private set; }

    public void OnSlow(double taken)
    {
        _quiet = 0;
        Limit = Math.Max(Floor, Math.Min(Limit ?? double.MaxValue, taken) * Lower);
    }

    /// <returns>True when the limit has changed.</returns>
    public bool OnSecond(double utilization, double taken)
    {
        if (Limit is not { } limit)
        {
            return false;
        }

        _quiet = utilization < NearlyEmpty ? _quiet + 1 : 0;
        if (_quiet >= QuietSeconds)
        {
            _quiet = 0;
            Limit = null;
        }
        else if (utilization >= UpperMark)
        {
            OnSlow(taken);
        }
        else if (utilization < LowerMark)
        {
            Limit = Math.Max(limit * Raise, taken / 2);
        }

        return Limit != limit;
    }
}
