using Federation.Actors.Configuration;

namespace Federation.Actors;

/// <summary>A token of a named peer: an entry of <c>auth.tokens</c>.</summary>
/// <remarks>Set exactly one of <see cref="TokenEnv"/> and <see cref="TokenFile"/>. Two entries may have the same name while a token is
/// being replaced.</remarks>
public sealed record TokenSettings
{
    /// <summary>Identity of the peer that presents the token. Required.</summary>
    [NodeName] public string Name { get; init; } = "";

    /// <summary>Environment variable that holds the token. Read once, at startup.</summary>
    [VariableName("the token")] public string TokenEnv { get; init; } = "";

    /// <summary>File that holds the token and nothing else. Reloaded when it changes.</summary>
    [FilePath("the token")] public string TokenFile { get; init; } = "";
}
