namespace Federation.Actors;

/// <summary>One token that peers are let in with: an entry of <c>auth.tokens</c>. Holds where the token is, never the token.</summary>
/// <remarks>
/// Exactly one of <see cref="TokenEnv"/> and <see cref="TokenFile"/>. Two entries may have the same name, so that a peer's token can be
/// replaced without a moment in which neither is accepted.
/// </remarks>
public sealed record TokenSettings
{
    /// <summary>Identity of the peer that shows the token, 1 to 64 of <c>A-Za-z0-9_-</c>. Required. No default.</summary>
    public string Name { get; init; } = "";

    /// <summary>Environment variable that holds the token, read once at the start. Default empty: none.</summary>
    public string TokenEnv { get; init; } = "";

    /// <summary>
    /// File that holds the token and nothing else; blanks around it are ignored, and it is read again when it changes. Default empty: none.
    /// </summary>
    public string TokenFile { get; init; } = "";
}
