using System.Text.Json.Serialization;

namespace Federation.Actors;

/// <summary>The result of the method <c>replay</c>.</summary>
/// <param name="MessagesAvailable">Number of messages that will be sent again.</param>
/// <param name="ReplayStarted">True if there are any messages.</param>
public sealed record ReplayResult(
    [property: JsonPropertyName("messages_available")] long MessagesAvailable,
    [property: JsonPropertyName("replay_started")] bool ReplayStarted);
