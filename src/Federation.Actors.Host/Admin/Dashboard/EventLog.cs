using System.Globalization;
using System.Text.Json;
using Akka.Actor;

namespace Federation.Actors.Host.Admin.Dashboard;

/// <summary>The node's last events. Thread-safe.</summary>
internal sealed class EventLog(long run)
{
    public const int Capacity = 100;

    private readonly Queue<EventView> _events = new();
    private readonly Lock _gate = new();
    private long _count;

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

    /// <summary>Oldest first.</summary>
    /// <param name="after">Only events after this id; all of them when it is null, too old, or of another run.</param>
    public IReadOnlyList<EventView> Since(string? after = null)
    {
        lock (_gate)
        {
            var seen = _events.ToList().FindIndex(known => string.Equals(known.Id, after, StringComparison.Ordinal));
            return [.. _events.Skip(seen + 1)];
        }
    }
}

/// <summary>An event of the node in <c>/api/events</c> and the stream.</summary>
/// <param name="Id">The node's run and a count: <c>1764000000000-17</c>.</param>
/// <param name="Time">Unix milliseconds.</param>
/// <param name="Severity"><c>info</c>, <c>warning</c> or <c>error</c>.</param>
/// <param name="Peer">The peer, or null.</param>
/// <param name="HeldBack">Similar events that were held back since the one before.</param>
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

internal sealed class EventCollector(Action<FederationEvent> keep) : UntypedActor
{
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
