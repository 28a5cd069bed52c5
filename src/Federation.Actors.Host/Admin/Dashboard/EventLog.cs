using System.Globalization;
using System.Text.Json;
using Akka.Actor;

namespace Federation.Actors.Host.Admin.Dashboard;

/// <summary>The node's last events. Thread-safe.</summary>
/// <remarks>Connects and disconnects are kept apart, so that many of them do not displace the others.</remarks>
internal sealed class EventLog(long run)
{
    /// <summary>Connects and disconnects, and as many other events.</summary>
    public const int Capacity = 100;

    private readonly Queue<Kept> _routine = new();
    private readonly Queue<Kept> _others = new();
    private readonly Lock _gate = new();
    private long _count;

    public EventView Add(FederationEvent said)
    {
        lock (_gate)
        {
            var view = EventView.Of(said, string.Create(CultureInfo.InvariantCulture, $"{run}-{++_count}"));
            var events = said.Kind is FederationEventKind.PeerConnected or FederationEventKind.PeerDisconnected ? _routine : _others;
            events.Enqueue(new Kept(_count, view));
            if (events.Count > Capacity)
            {
                events.Dequeue();
            }

            return view;
        }
    }

    /// <summary>The kept events in the order in which they were added.</summary>
    /// <param name="after">Only those after this id; all of them when it is null or of another run.</param>
    public IReadOnlyList<EventView> Since(string? after = null)
    {
        var seen = after?.Split('-') is [var of, var number] && string.Equals(
            of, run.ToString(CultureInfo.InvariantCulture), StringComparison.Ordinal)
            && long.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out var parsed) ? parsed : 0;
        lock (_gate)
        {
            return [.. _routine.Concat(_others).Where(kept => kept.Number > seen).OrderBy(static kept => kept.Number)
                .Select(static kept => kept.View)];
        }
    }

    private readonly record struct Kept(long Number, EventView View);
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
            or FederationEventKind.PeerSuperseded or FederationEventKind.HandshakeRefused
            or FederationEventKind.CertificateExpires or FederationEventKind.PermissionDenied => "warning",
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
