using System.Globalization;

namespace Federation.Actors.Diagnostics;

/// <summary>Turns changes of one component into events. Not thread-safe.</summary>
internal sealed class ComponentEvents(string component)
{
    internal const int MaxKeys = 1000;

    private bool? _nats;
    private bool _bus = true;
    private bool _egressBus = true;
    private bool _isLinked;
    private bool _isEnding;

    /// <summary>The gate of a node's events: one a second of each kind, component and peer. For a queue at its mark, which becomes slow
    /// and recovers several times a second, one in ten seconds.</summary>
    public static EventGate<(string Component, FederationEventKind Kind, string Peer), FederationEvent> Gate() =>
        new(static key => TimeSpan.FromSeconds(key.Kind is FederationEventKind.SlowBegan or FederationEventKind.SlowEnded ? 10 : 1),
            MaxKeys);

    /// <summary>Null: the change is not an event.</summary>
    public FederationEvent? Tell(HealthProtocol.ComponentChange change, Instant now) => change switch
    {
        HealthProtocol.Listening listening => Event(now, FederationEventKind.Listening, "", $"{component} listens on {listening.Endpoint}"),
        HealthProtocol.PeerOpened opened =>
            Event(now, FederationEventKind.PeerConnected, opened.Peer, $"{opened.Peer} is connected to {component} from {opened.Address}"),
        HealthProtocol.PeerClosed closed =>
            Event(now, FederationEventKind.PeerDisconnected, closed.Peer,
                $"{closed.Peer} is disconnected from {component}: {closed.Reason}"),
        HealthProtocol.PeerSuperseded superseded => Event(
            now, FederationEventKind.PeerSuperseded, superseded.Peer, $"{superseded.Peer} has connected to {component} again from "
                + $"{superseded.Address}, and its oldest connection from {superseded.Older} was closed"),
        HealthProtocol.HandshakeRefused refused => Event(
            now, FederationEventKind.HandshakeRefused, "",
            $"{component} has refused a handshake from "
                + $"{refused.Address}{(refused.Peer.Length > 0 ? $", which claims the name {refused.Peer}," : "")} with {refused.Status}: "
                + $"{refused.Reason.TrimEnd('.')}"),
        HealthProtocol.PermissionDenied denied => Event(
            now, FederationEventKind.PermissionDenied, denied.Peer, $"{denied.Peer} at {component}: {denied.Text}"),
        HealthProtocol.Link link => Tell(link, now),
        HealthProtocol.Bus bus => Tell(_bus = bus.Connected, _egressBus, bus.Reason, now),
        HealthProtocol.EgressBus bus => Tell(_egressBus = bus.Connected, _bus, bus.Reason, now),
        HealthProtocol.QueueSlow { Slow: true } slow =>
            Event(now, FederationEventKind.SlowBegan, "",
                $"the queue of {component} is {Percent(slow.Utilization)} full, and its peers were asked to slow down"),
        HealthProtocol.QueueSlow slow =>
            Event(now, FederationEventKind.SlowEnded, "", $"the queue of {component} is down to {Percent(slow.Utilization)}"),
        HealthProtocol.PortFailed { Fault: var fault } when !_isEnding => Event(
            now, FederationEventKind.PortFailed, fault.Peer,
            $"port {fault.Port} of {component} ({fault.Target}) has failed{For(fault.Peer)}: {fault.Reason}; {fault.Remedy}"),
        HealthProtocol.PortRecovered recovered when !_isEnding =>
            Event(now, FederationEventKind.PortRecovered, recovered.Peer,
                $"port {recovered.Port} of {component} works again{For(recovered.Peer)}"),
        HealthProtocol.Draining => End(now),
        HealthProtocol.Stopped => Event(now, FederationEventKind.Stopped, "", $"{component} has stopped"),
        _ => null,
    };

    private static string For(string peer) => peer.Length > 0 ? $" for {peer}" : "";

    private static string Percent(double share) => (share * 100).ToString("0", CultureInfo.InvariantCulture) + " %";

    private FederationEvent? Tell(HealthProtocol.Link link, Instant now)
    {
        var wasLinked = _isLinked;
        _isLinked = link.State == LinkState.Connected;

        // Of a loss the connection itself tells, with the reason.
        return link switch
        {
            { State: LinkState.Reconnecting, Pause: { } pause } when !wasLinked => Event(
                now, FederationEventKind.DialFailed, "",
                string.Create(CultureInfo.InvariantCulture,
                    $"{component} {link.Reason}; attempt {link.Attempt} follows in {pause.TotalSeconds:0.#} s")),
            { State: LinkState.Failed } => Event(
                now, FederationEventKind.GivenUp, "", $"{component} {link.Reason}; it is not dialled again until an operator requests it"),
            _ => null,
        };
    }

    /// <summary>A component with two connections to NATS has NATS while it has both.</summary>
    private FederationEvent? Tell(bool one, bool other, string reason, Instant now)
    {
        var connected = one && other;
        if (connected == _nats || _isEnding)
        {
            return null;
        }

        _nats = connected;
        return connected
            ? Event(now, FederationEventKind.NatsConnected, "", $"{component} is connected to NATS")
            : Event(now, FederationEventKind.NatsLost, "",
                $"{component} has no connection to NATS and queues its messages{(reason.Length > 0 ? ": " + reason : "")}");
    }

    /// <summary>Its loss of NATS is not an event afterwards.</summary>
    private FederationEvent End(Instant now)
    {
        _isEnding = true;
        return Event(now, FederationEventKind.Draining, "", $"{component} is draining: it accepts no connections and answers its queued "
            + "messages");
    }

    private FederationEvent Event(Instant now, FederationEventKind kind, string peer, string text) =>
        new(now.Utc, kind, component, peer, text);
}
