namespace Federation.Actors.Host.Converting;

/// <summary>What a conversion came to.</summary>
/// <param name="Text">The configuration as HOCON.</param>
/// <param name="Warnings">What could not be carried over, or was changed, by line.</param>
/// <param name="Faults">What the text still lacks to be valid.</param>
internal sealed record ConvertedText(string Text, IReadOnlyList<string> Warnings, IReadOnlyList<SettingsFault> Faults);
