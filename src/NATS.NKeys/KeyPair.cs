using System.Security.Cryptography;
using NSec.Cryptography;

namespace NATS.NKeys;

/// <summary>
/// An Ed25519 key pair read from an nkey seed. It signs the challenge that a NATS server sends, and names the public key that the server
/// knows it by.
/// </summary>
/// <remarks>
/// The private key lives in guarded memory outside the managed heap and is cleared by <see cref="Dispose"/>. All members may be called
/// from several threads at once; a call that races with <see cref="Dispose"/> either completes or throws
/// <see cref="ObjectDisposedException"/>.
/// </remarks>
/// <seealso href="https://github.com/nats-io/nkeys"/>
/// <seealso href="https://www.rfc-editor.org/rfc/rfc8032"/>
public sealed class KeyPair : IDisposable
{
    private readonly Key _key;
    private readonly string _publicKey;

    private KeyPair(Key key, string publicKey)
    {
        _key = key;
        _publicKey = publicKey;
    }

    /// <summary>
    /// Reads a seed: 58 characters of upper-case base32 that start with <c>SA</c>, <c>SC</c>, <c>SN</c>, <c>SO</c> or <c>SU</c>.
    /// </summary>
    /// <param name="encodedSeed">
    /// The seed alone, without white space around it. It is not kept; clearing it is up to the caller.
    /// </param>
    /// <returns>The key pair, which the caller disposes of.</returns>
    /// <exception cref="NKeysException">
    /// The seed has a bad length, a bad character, a bad checksum, or a wrong prefix. The message says which, and never holds the seed.
    /// </exception>
    public static KeyPair FromSeed(ReadOnlySpan<char> encodedSeed)
    {
        Span<byte> seed = stackalloc byte[NKeyText.KeySize];
        try
        {
            var type = NKeyText.DecodeSeed(encodedSeed, seed);
            var key = Key.Import(SignatureAlgorithm.Ed25519, seed, KeyBlobFormat.RawPrivateKey);
            return new KeyPair(key, NKeyText.EncodePublicKey(type, key.PublicKey.Export(KeyBlobFormat.RawPublicKey)));
        }
        finally
        {
            CryptographicOperations.ZeroMemory(seed);
        }
    }

    /// <summary>
    /// The public key: 56 characters of upper-case base32 that start with the letter of the key's type, <c>U</c> for a user. It is no
    /// secret, and still there after <see cref="Dispose"/>.
    /// </summary>
    /// <returns>The encoded public key.</returns>
    public string GetPublicKey() => _publicKey;

    /// <summary>Signs a message.</summary>
    /// <param name="message">What to sign, of any length; for a NATS connection the server's nonce, as ASCII.</param>
    /// <param name="signature">Receives the signature; exactly 64 bytes.</param>
    /// <exception cref="ArgumentException"><paramref name="signature"/> does not have 64 bytes.</exception>
    /// <exception cref="ObjectDisposedException">The key pair has been disposed of.</exception>
    public void Sign(ReadOnlyMemory<byte> message, Memory<byte> signature)
    {
        var algorithm = SignatureAlgorithm.Ed25519;
        if (signature.Length != algorithm.SignatureSize)
        {
            throw new ArgumentException(
                $"A signature takes {algorithm.SignatureSize} bytes, and the buffer has {signature.Length}.", nameof(signature));
        }

        algorithm.Sign(_key, message.Span, signature.Span);
    }

    /// <summary>Clears the private key from memory. A second call does nothing.</summary>
    public void Dispose() => _key.Dispose();

    /// <summary>The public key; never the seed.</summary>
    /// <returns>The same as <see cref="GetPublicKey"/>.</returns>
    public override string ToString() => _publicKey;
}
