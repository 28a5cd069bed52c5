using System.Buffers.Binary;
using System.Security.Cryptography;

namespace NATS.NKeys;

/// <summary>
/// The text forms of nkeys: base32 over prefix, key and checksum. The checksum is a <see cref="Crc16"/> over all before it.
/// </summary>
/// <remarks>
/// <code>
/// public key   | type  8 bits                              | key  32 bytes | crc-16, low byte first |   35 bytes, 56 characters
/// seed         | 'S' 5 bits | type 8 bits | zero 3 bits    | seed 32 bytes | crc-16, low byte first |   36 bytes, 58 characters
/// </code>
/// </remarks>
/// <seealso href="https://github.com/nats-io/nkeys"/>
internal static class NKeyText
{
    /// <summary>Bytes in an Ed25519 public key, and in the seed it comes from.</summary>
    public const int KeySize = 32;

    private const int ChecksumSize = sizeof(ushort);
    private const int PublicKeySize = 1 + KeySize + ChecksumSize;
    private const int SeedPrefixSize = 2;
    private const int SeedSize = SeedPrefixSize + KeySize + ChecksumSize;

    private static readonly int PublicKeyLength = Base32.EncodedLength(PublicKeySize);
    private static readonly int SeedLength = Base32.EncodedLength(SeedSize);

    /// <summary>Writes a public key as text.</summary>
    public static string EncodePublicKey(PrefixByte type, ReadOnlySpan<byte> key)
    {
        Span<byte> raw = stackalloc byte[PublicKeySize];
        raw[0] = (byte)type;
        key.CopyTo(raw[1..]);
        BinaryPrimitives.WriteUInt16LittleEndian(raw[^ChecksumSize..], Crc16.Compute(raw[..^ChecksumSize]));
        return Base32.Encode(raw);
    }

    /// <summary>Reads a seed and tells what its key is for.</summary>
    /// <param name="text">The seed as text. No message of an exception repeats any of it.</param>
    /// <param name="seed">Receives the <see cref="KeySize"/> secret bytes. The caller owns them and clears them.</param>
    /// <exception cref="NKeysException">The text is not the seed of a key that signs; the message says what is wrong.</exception>
    public static PrefixByte DecodeSeed(ReadOnlySpan<char> text, Span<byte> seed)
    {
        if (text.Length != SeedLength)
        {
            var hint = text.Length == PublicKeyLength ? ", which is the length of a public key" : string.Empty;
            throw new NKeysException($"Bad length: a seed has {SeedLength} characters, and this text has {text.Length}{hint}.");
        }

        Span<byte> raw = stackalloc byte[SeedSize];
        try
        {
            if (!Base32.TryDecode(text, raw, out var badIndex))
            {
                throw new NKeysException(
                    $"Bad character at position {badIndex + 1} of the seed: it is written in upper-case base32, A to Z and 2 to 7.");
            }

            if (BinaryPrimitives.ReadUInt16LittleEndian(raw[^ChecksumSize..]) != Crc16.Compute(raw[..^ChecksumSize]))
            {
                throw new NKeysException("Bad checksum: the seed was mistyped or damaged.");
            }

            var type = ReadSeedPrefix(BinaryPrimitives.ReadUInt16BigEndian(raw));
            raw.Slice(SeedPrefixSize, KeySize).CopyTo(seed);
            return type;
        }
        finally
        {
            CryptographicOperations.ZeroMemory(raw);
        }
    }

    private static PrefixByte ReadSeedPrefix(ushort prefix)
    {
        // 'S' is left-aligned in the first byte; the type's eight bits follow its five, so that they begin a new character.
        if ((prefix >> 8 & 0b1111_1000) != (int)PrefixByte.Seed)
        {
            throw new NKeysException("Wrong prefix: a seed starts with 'S'.");
        }

        if ((prefix & 0b111) != 0)
        {
            throw new NKeysException("Wrong prefix: the bits between the type and the key are not zero.");
        }

        var type = (PrefixByte)(byte)(prefix >> 3);
        return type switch
        {
            PrefixByte.Account or PrefixByte.Cluster or PrefixByte.Operator or PrefixByte.Server or PrefixByte.User => type,
            PrefixByte.Curve => throw new NKeysException("Wrong prefix: this is the seed of a curve key ('SX'), which cannot sign."),
            _ => throw new NKeysException("Wrong prefix: after the 'S' of a seed comes its type, one of A, C, N, O and U."),
        };
    }
}
