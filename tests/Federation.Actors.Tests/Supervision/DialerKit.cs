using Akka.Actor;
using Akka.TestKit;
using Federation.Actors.Diagnostics;
using Federation.Actors.Messages;
using Federation.Actors.Protocol;
using Federation.Actors.Sockets;
using Federation.Actors.Sockets.Client;
using Federation.Actors.Supervision;
using Federation.Actors.TestKit;

namespace Federation.Actors.Tests.Supervision;

/// <summary>Dialers whose dials end as the test says, on a clock that moves when told to.</summary>
public abstract class DialerKit : VirtualTimeKit
{
    private int _seed;

    /// <summary>Gets every dial.</summary>
    private protected TestProbe Dials => field ??= CreateTestProbe();

    /// <summary>The dialer's parent.</summary>
    private protected TestProbe Component => field ??= CreateTestProbe();

    private protected TestProbe Health => field ??= CreateTestProbe();

    /// <summary>Gets what is published on the event stream.</summary>
    private protected TestProbe States => field ??= Subscribed();

    private protected ComponentMetrics Metrics { get; } = new(new FederationMetrics(), "hub-link");

    /// <summary>No jitter, so that the delays are exact.</summary>
    private protected static ReconnectSettings Exact { get; } = new() { Jitter = 0 };

    private protected IActorRef Start(ReconnectSettings reconnect, params string[] urls)
    {
        var settings = new ClientSettings { Urls = urls.Length > 0 ? urls : ["ws://hub:8081/ingest"], Reconnect = reconnect };
        var dials = Dials.Ref;
        _ = States;
        return Component.ChildActorOf(DialerActor.Props(
            "hub-link",
            settings,
            (url, cancel) =>
            {
                var dial = new Dial(url, new TaskCompletionSource<ConnectedPeer>(), cancel);
                dials.Tell(dial);
                return dial.Result.Task;
            },
            Metrics,
            Health,
            new Random(++_seed)), ComponentSupervisor.Strategy());
    }

    private protected Dial NextDial() => Dials.ExpectMsg<Dial>();

    /// <summary>Lets a dial succeed; the connection as the component gets it.</summary>
    private protected ConnectedPeer Succeed(Dial dial)
    {
        dial.Result.SetResult(new ConnectedPeer(new MemorySocket(static _ => { }), new PeerName("hub_8081", Lasting: false)));
        return Component.ExpectMsg<ConnectedPeer>();
    }

    /// <summary>The connection has ended.</summary>
    private protected static void End(IActorRef dialer, ConnectedPeer peer) =>
        dialer.Tell(new ConnectionProtocol.Ended(ActorRefs.Nobody, peer.Meter));

    /// <summary>Lets a dial fail and waits until the dialer knows.</summary>
    private protected void Fail(Dial dial, Exception? error = null)
    {
        dial.Result.SetException(error ?? new DialFailedException("Connection refused", ErrorTypes.DialFailed));
        ExpectState(
            state => state.Reason.Contains((error ?? dial.Result.Task.Exception!.InnerException!).Message, StringComparison.Ordinal));
    }

    private protected LinkStateChanged ExpectState(Predicate<LinkStateChanged> which) =>
        (LinkStateChanged)States.FishForMessage(message => which((LinkStateChanged)message));

    private protected LinkStateChanged ExpectState(LinkState state) => ExpectState(change => change.State == state);

    /// <summary>Asserts that the next dial comes after this pause and not before.</summary>
    private protected Dial DialAfter(IActorRef dialer, TimeSpan pause)
    {
        Advance(pause - TimeSpan.FromMilliseconds(1));
        Settle(dialer);
        ExpectNothing(Dials);
        Advance(TimeSpan.FromMilliseconds(1));
        return NextDial();
    }

    private TestProbe Subscribed()
    {
        var states = CreateTestProbe();
        Sys.EventStream.Subscribe(states, typeof(LinkStateChanged));
        return states;
    }

    internal sealed record Dial(Uri Url, TaskCompletionSource<ConnectedPeer> Result, CancellationToken Cancel)
        : INoSerializationVerificationNeeded;
}
