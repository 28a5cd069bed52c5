using System.Security.Cryptography;
using System.Text;

namespace Federation.Actors.Security;

/// <summary>A token that admits its bearer; only its digest is kept.</summary>
internal sealed class AcceptedToken(SecretSource source, string? name)
{
    private (string? Token, SecretDigest? Digest) _last;
    private readonly Lock _gate = new();

    public string? Name => name;

    /// <summary>Compares with the present token in constant time.</summary>
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
/// <remarks>Both sides are hashed first, so that a comparison takes the same time whatever their lengths and differences. SHA-256
/// suffices: the digest never leaves this process.</remarks>
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
