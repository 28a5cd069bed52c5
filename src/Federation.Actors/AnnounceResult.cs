using System.Text.Json.Serialization;

namespace Federation.Actors;

/// <summary>The result of the method <c>announce</c>.</summary>
/// <param name="Registered">True if the peer stores the capabilities for the lifetime of the connection.</param>
/// <param name="RoutingUpdated">True if the capabilities change which messages the peer sends.</param>
public sealed record AnnounceResult(
    [property: JsonPropertyName("registered")] bool Registered, [property: JsonPropertyName("routing_updated")] bool RoutingUpdated);
