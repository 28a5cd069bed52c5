using System.Text.Json.Serialization;

namespace Federation.Actors;

/// <summary>The result of the method <c>subscribe</c>.</summary>
/// <param name="SubscriptionId">Name of the filter.</param>
/// <param name="FilterApplied">True if only matching messages are sent from now on.</param>
public sealed record SubscribeResult(
    [property: JsonPropertyName("subscription_id")] string SubscriptionId,
    [property: JsonPropertyName("filter_applied")] bool FilterApplied);
