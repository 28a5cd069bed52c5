using System.Security.Cryptography;
using System.Text;

namespace Federation.Actors.Security;

/// <summary>A secret that can be compared with, but not read back.</summary>
/// <remarks>
/// Both sides are hashed first, so that a comparison takes the same time whatever their lengths and wherever they differ. SHA-256 is
/// enough here: the digest never leaves this process, so nobody can search for what it was made from.
/// </remarks>
internal sealed class SecretDigest
{
    private readonly byte[] _digest;

    public SecretDigest(string secret) => _digest = SHA256.HashData(Encoding.UTF8.GetBytes(secret));

    /// <summary>Whether <paramref name="candidate"/> is the secret, in constant time.</summary>
    public bool Matches(ReadOnlySpan<byte> candidate)
    {
        Span<byte> digest = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(candidate, digest);
        return CryptographicOperations.FixedTimeEquals(digest, _digest);
    }
}
