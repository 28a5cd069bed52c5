using System.Text.Json;
using Federation.Actors.Messages;

namespace Federation.Actors.Host.Admin.Dashboard;

internal sealed record PeerLine(
    string Component,
    string Identity,
    string Address,
    long Since,
    string State,
    double RateIn,
    double RateOut,
    long Received,
    long Sent,
    long Lag,
    double? RateCap,
    JsonElement? Capabilities,
    IReadOnlyDictionary<string, string>? Tags)
{
    public static PeerLine Of(string component, PeerView peer) => new(
        component,
        peer.Identity,
        peer.Address,
        peer.Since.ToUnixTimeMilliseconds(),
        peer.State,
        peer.RateIn,
        peer.RateOut,
        peer.Received,
        peer.Sent,
        peer.Lag,
        peer.RateCap,
        peer.Capabilities is { } json ? JsonElement.Parse(json) : null,
        peer.Tags);
}
