using System.Text.Json.Serialization;

namespace Federation.Actors;

/// <summary>The result of the method <c>backpressure</c>.</summary>
/// <param name="CurrentRate">The peer's most recent rate, in messages per second.</param>
/// <param name="AdjustedTo">The peer's new maximum rate, in messages per second; null: no limit.</param>
public sealed record BackpressureResult(
    [property: JsonPropertyName("current_rate")] double CurrentRate, [property: JsonPropertyName("adjusted_to")] double? AdjustedTo = null);
