namespace Federation.Actors.Configuration;

/// <summary>What the block <c>federation</c> holds: the settings, and the defaults its components start from.</summary>
/// <param name="Settings">The settings so far.</param>
/// <param name="ComponentDefaults">What a component starts from.</param>
/// <param name="ModeGiven">Whether the defaults name a mode.</param>
internal sealed record FederationReading(FederationSettings Settings, ComponentSettings ComponentDefaults, bool ModeGiven);
