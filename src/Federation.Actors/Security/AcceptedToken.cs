namespace Federation.Actors.Security;

/// <summary>A token that lets its bearer in, compared with by its digest.</summary>
/// <param name="source">Where the token comes from.</param>
/// <param name="name">Identity of the peer that shows it; null when all peers share it.</param>
internal sealed class AcceptedToken(SecretSource source, string? name)
{
    private (string? Token, SecretDigest? Digest) _last;
    private readonly Lock _gate = new();

    /// <summary>Identity of the peer that shows it; null when all peers share it.</summary>
    public string? Name => name;

    /// <summary>Whether <paramref name="candidate"/> is the token as it is now, in constant time.</summary>
    public bool Matches(ReadOnlySpan<byte> candidate) => Digest() is { } digest && digest.Matches(candidate);

    private SecretDigest? Digest()
    {
        var token = source.Read();
        lock (_gate)
        {
            if (!ReferenceEquals(token, _last.Token))
            {
                _last = (token, token is null ? null : new SecretDigest(token));
            }

            return _last.Digest;
        }
    }
}
