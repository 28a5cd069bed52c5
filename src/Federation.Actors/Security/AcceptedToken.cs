using System.Security.Cryptography;
using System.Text;

namespace Federation.Actors.Security;

/// <summary>A secret that admits its bearer; only its hash is kept. Thread-safe.</summary>
internal sealed class AcceptedToken(SecretSource source, string? name) : ICredentialSource
{
    private (string? Token, byte[]? Hash) _last;
    private readonly Lock _gate = new();

    public string? Name => name;

    public IReloaded? File => source.File;

    /// <summary>The hash of a secret that a peer has presented.</summary>
    /// <remarks>Both sides are hashed first, so that a comparison takes the same time whatever their lengths and differences. SHA-256
    /// suffices: the hash never leaves this process.</remarks>
    public static byte[] HashOf(ReadOnlySpan<byte> secret) => SHA256.HashData(secret);

    /// <summary>Compares with the present token in constant time.</summary>
    public bool Matches(ReadOnlySpan<byte> hash) => Hash() is { } own && CryptographicOperations.FixedTimeEquals(own, hash);

    public bool Holds(PeerCredential credential) => Matches(credential.Hash);

    private byte[]? Hash()
    {
        var token = source.Read();
        lock (_gate)
        {
            if (!ReferenceEquals(token, _last.Token))
            {
                _last = (token, token is null ? null : HashOf(Encoding.UTF8.GetBytes(token)));
            }

            return _last.Hash;
        }
    }
}
