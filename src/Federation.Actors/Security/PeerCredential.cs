using Federation.Actors.Diagnostics;

namespace Federation.Actors.Security;

/// <summary>The credential that has admitted a peer.</summary>
/// <param name="source">Where it was found.</param>
/// <param name="hash">SHA-256 of the secret.</param>
/// <param name="name">The name that it proves; null: none.</param>
/// <param name="profile">The name of the profile of its own; null: none.</param>
internal sealed class PeerCredential(ICredentialSource source, byte[] hash, string? name, string? profile = null) : IPeerTags
{
    public byte[] Hash => hash;

    public string? Name => name;

    public string? Profile => profile;

    public IReadOnlyDictionary<string, string>? Tags => source.TagsOf(this);

    /// <summary>Whether it would not admit the peer any more.</summary>
    public bool IsRevoked => !source.Holds(this);
}

internal interface ICredentialSource
{
    /// <summary>Whether the credential is still valid, by what was read last.</summary>
    bool Holds(PeerCredential credential);

    /// <summary>What describes the peer, by what was read last; null: nothing.</summary>
    IReadOnlyDictionary<string, string>? TagsOf(PeerCredential credential) => null;
}
