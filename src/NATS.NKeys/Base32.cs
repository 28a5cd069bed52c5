using System.Security.Cryptography;

namespace NATS.NKeys;

/// <summary>
/// Base32 in the RFC 4648 alphabet, upper case and without padding, as nkeys are written. Only the canonical text is read back: unused
/// bits of the last character must be zero, so that no two texts stand for the same bytes.
/// </summary>
/// <seealso href="https://www.rfc-editor.org/rfc/rfc4648#section-6"/>
internal static class Base32
{
    private const string Alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
    private const int BitsPerCharacter = 5;
    private const int BitsPerByte = 8;

    /// <summary>The number of characters that <paramref name="byteCount"/> bytes are written in.</summary>
    public static int EncodedLength(int byteCount) => ((byteCount * BitsPerByte) + BitsPerCharacter - 1) / BitsPerCharacter;

    /// <summary>Writes <paramref name="data"/> as text.</summary>
    /// <remarks>On the stack, so for short data: a key has 36 bytes at most.</remarks>
    public static string Encode(ReadOnlySpan<byte> data)
    {
        Span<char> text = stackalloc char[EncodedLength(data.Length)];
        var (pending, pendingBits, written) = (0, 0, 0);
        foreach (var value in data)
        {
            pending = (pending << BitsPerByte) | value;
            pendingBits += BitsPerByte;
            while (pendingBits >= BitsPerCharacter)
            {
                pendingBits -= BitsPerCharacter;
                text[written++] = Alphabet[pending >> pendingBits];
                pending &= (1 << pendingBits) - 1;
            }
        }

        if (pendingBits > 0)
        {
            text[written] = Alphabet[pending << (BitsPerCharacter - pendingBits)];
        }

        return new string(text);
    }

    /// <summary>Reads <paramref name="text"/> into <paramref name="data"/>, which it fills exactly or leaves all zero.</summary>
    /// <param name="text">Upper-case characters, no padding, no white space.</param>
    /// <param name="data">Receives the bytes; <paramref name="text"/> must have <see cref="EncodedLength"/> of its length.</param>
    /// <param name="badIndex">The index of the first character that does not belong, or -1.</param>
    /// <returns>Whether every character was understood.</returns>
    /// <exception cref="ArgumentException">The lengths do not fit each other.</exception>
    public static bool TryDecode(ReadOnlySpan<char> text, Span<byte> data, out int badIndex)
    {
        if (text.Length != EncodedLength(data.Length))
        {
            throw new ArgumentException("The text does not have the length that fills the buffer.", nameof(text));
        }

        badIndex = -1;
        var (pending, pendingBits, written) = (0, 0, 0);
        for (var index = 0; index < text.Length; index++)
        {
            var digit = Digit(text[index]);
            if (digit < 0)
            {
                badIndex = index;
                break;
            }

            pending = (pending << BitsPerCharacter) | digit;
            pendingBits += BitsPerCharacter;
            if (pendingBits >= BitsPerByte)
            {
                pendingBits -= BitsPerByte;
                data[written++] = (byte)(pending >> pendingBits);
                pending &= (1 << pendingBits) - 1;
            }
        }

        if (badIndex < 0 && pending != 0)
        {
            badIndex = text.Length - 1;
        }

        if (badIndex >= 0)
        {
            CryptographicOperations.ZeroMemory(data);
        }

        return badIndex < 0;
    }

    private static int Digit(char character) => character switch
    {
        >= 'A' and <= 'Z' => character - 'A',
        >= '2' and <= '7' => character - '2' + 26,
        _ => -1,
    };
}
