using System.Security.Cryptography;
using System.Text;

namespace Federation.Actors.Security;

/// <summary>A token that admits its bearer; only its digest is kept.</summary>
internal sealed class AcceptedToken(SecretSource source, string? name)
{
    private (string? Token, SecretDigest? Digest) _last;
    private readonly Lock _gate = new();

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

/// <summary>A secret that can be compared, but not read back.</summary>
/// <remarks>
/// Both sides are hashed first, so that a comparison takes the same time whatever their lengths and wherever they differ. SHA-256 is
/// enough here: the digest never leaves this process, so nobody can search for what it was made from.
/// </remarks>
internal sealed class SecretDigest
{
    private readonly byte[] _digest;

    public SecretDigest(string secret) => _digest = SHA256.HashData(Encoding.UTF8.GetBytes(secret));

    public bool Matches(ReadOnlySpan<byte> candidate)
    {
        Span<byte> digest = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(candidate, digest);
        return CryptographicOperations.FixedTimeEquals(digest, _digest);
    }
}
