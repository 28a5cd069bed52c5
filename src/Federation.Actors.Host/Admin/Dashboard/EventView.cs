using System.Text.Json;

namespace Federation.Actors.Host.Admin.Dashboard;

/// <summary>An event of the node, as <c>/api/events</c> and the stream show it.</summary>
/// <param name="Id">Of the node's run, then a number that counts up: <c>1764000000000-17</c>.</param>
/// <param name="Time">Unix milliseconds.</param>
/// <param name="Kind">Such as <c>peer_connected</c>.</param>
/// <param name="Severity"><c>info</c>, <c>warning</c> or <c>error</c>.</param>
/// <param name="Component">Which component.</param>
/// <param name="Peer">Which peer; null when it concerns none.</param>
/// <param name="Text">A sentence.</param>
/// <param name="HeldBack">How many like it were held back since the one before it.</param>
internal sealed record EventView(string Id, long Time, string Kind, string Severity, string Component, string? Peer, string Text, int HeldBack)
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
        FederationEventKind.NatsLost or FederationEventKind.PortFailed or FederationEventKind.GivenUp or FederationEventKind.MessagesDropped => "error",
        FederationEventKind.SlowBegan or FederationEventKind.DialFailed or FederationEventKind.Draining or FederationEventKind.Stopped
            or FederationEventKind.PeerSuperseded or FederationEventKind.HandshakeRefused => "warning",
        _ => "info",
    };
}
