using System.Globalization;
using System.Text.Json;
using Akka.Actor;

namespace Federation.Actors.Host.Admin.Dashboard;

/// <summary>The node's last events. Thread-safe.</summary>
/// <param name="run">Tells this run of the node from others; part of each event's id.</param>
internal sealed class EventLog(long run)
{
    public const int Capacity = 100;

    private readonly Queue<EventView> _events = new();
    private readonly Lock _gate = new();
    private long _count;

    /// <summary>Keeps an event in place of the oldest.</summary>
    public EventView Add(FederationEvent said)
    {
        lock (_gate)
        {
            var view = EventView.Of(said, string.Create(CultureInfo.InvariantCulture, $"{run}-{++_count}"));
            _events.Enqueue(view);
            if (_events.Count > Capacity)
            {
                _events.Dequeue();
            }

            return view;
        }
    }

    /// <summary>The kept events, oldest first.</summary>
    /// <param name="after">Only those after this id; all of them when it is null, too old, or of another run.</param>
    public IReadOnlyList<EventView> Since(string? after = null)
    {
        lock (_gate)
        {
            var seen = _events.ToList().FindIndex(known => string.Equals(known.Id, after, StringComparison.Ordinal));
            return [.. _events.Skip(seen + 1)];
        }
    }
}

/// <summary>An event of the node, as <c>/api/events</c> and the stream show it.</summary>
/// <param name="Id">Of the node's run, then a number that counts up: <c>1764000000000-17</c>.</param>
/// <param name="Time">Unix milliseconds.</param>
/// <param name="Kind">Such as <c>peer_connected</c>.</param>
/// <param name="Severity"><c>info</c>, <c>warning</c> or <c>error</c>.</param>
/// <param name="Component">Which component.</param>
/// <param name="Peer">Which peer; null when it concerns none.</param>
/// <param name="Text">A sentence.</param>
/// <param name="HeldBack">How many like it were held back since the one before it.</param>
internal sealed record EventView(
    string Id, long Time, string Kind, string Severity, string Component, string? Peer, string Text, int HeldBack)
{
    public static EventView Of(FederationEvent said, string id) => new(
        id,
        said.Time.ToUnixTimeMilliseconds(),
        JsonNamingPolicy.SnakeCaseLower.ConvertName(said.Kind.ToString()),
        SeverityOf(said.Kind),
        said.Component,
        said.Peer.Length > 0 ? said.Peer : null,
        said.Text,
        said.HeldBack);

    private static string SeverityOf(FederationEventKind kind) => kind switch
    {
        FederationEventKind.NatsLost or FederationEventKind.PortFailed or FederationEventKind.GivenUp
            or FederationEventKind.MessagesDropped => "error",
        FederationEventKind.SlowBegan or FederationEventKind.DialFailed or FederationEventKind.Draining or FederationEventKind.Stopped
            or FederationEventKind.PeerSuperseded or FederationEventKind.HandshakeRefused => "warning",
        _ => "info",
    };
}

/// <summary>Passes the events on the actor system's event stream on.</summary>
internal sealed class EventCollector(Action<FederationEvent> keep) : UntypedActor
{
    /// <inheritdoc />
    protected override void OnReceive(object message)
    {
        if (message is FederationEvent said)
        {
            keep(said);
        }
        else
        {
            Unhandled(message);
        }
    }
}
