using System.Text.Json.Serialization;

namespace Federation.Actors;

/// <summary>The result of the method <c>announce</c>.</summary>
/// <param name="Registered">True when the peer keeps the capabilities for as long as the connection lasts.</param>
/// <param name="RoutingUpdated">True when they change what it sends.</param>
public sealed record AnnounceResult(
    [property: JsonPropertyName("registered")] bool Registered, [property: JsonPropertyName("routing_updated")] bool RoutingUpdated);
