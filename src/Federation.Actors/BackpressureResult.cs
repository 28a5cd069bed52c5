using System.Text.Json.Serialization;

namespace Federation.Actors;

/// <summary>The result of the method <c>backpressure</c>.</summary>
/// <param name="CurrentRate">Messages a second that the peer has sent last.</param>
/// <param name="AdjustedTo">Messages a second that it sends at most from now on; null: as many as it likes.</param>
public sealed record BackpressureResult(
    [property: JsonPropertyName("current_rate")] double CurrentRate, [property: JsonPropertyName("adjusted_to")] double? AdjustedTo = null);
