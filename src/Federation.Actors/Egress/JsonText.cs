using System.Buffers;
using System.Globalization;
using System.Text;

namespace Federation.Actors.Egress;

/// <summary>The UTF-8 bytes that a JSON string stands for.</summary>
/// <remarks>
/// Without escapes they are the bytes between the quotes themselves; with escapes they are in a pooled buffer until this is disposed.
/// An escaped half of a surrogate pair becomes the three bytes it would have if it were a character: no text has them, so it equals
/// nothing but itself.
/// </remarks>
internal readonly ref struct JsonText : IDisposable
{
    private readonly byte[]? _rented;

    /// <param name="raw">What stands between the quotes, as a JSON reader has accepted it.</param>
    /// <param name="isEscaped">Whether there is a backslash in it.</param>
    public JsonText(ReadOnlySpan<byte> raw, bool isEscaped)
    {
        Bytes = raw;
        if (isEscaped)
        {
            _rented = ArrayPool<byte>.Shared.Rent(raw.Length);
            Bytes = _rented.AsSpan(0, Unescape(raw, _rented));
        }
    }

    /// <summary>The text; not to be used once this is disposed.</summary>
    public ReadOnlySpan<byte> Bytes { get; }

    /// <summary>Whether a JSON string stands for a text.</summary>
    /// <param name="raw">What stands between the quotes.</param>
    /// <param name="isEscaped">Whether there is a backslash in it.</param>
    /// <param name="text">The text in UTF-8.</param>
    public static bool Equals(ReadOnlySpan<byte> raw, bool isEscaped, ReadOnlySpan<byte> text)
    {
        // \u0041 is the longest way to write a byte.
        const int LongestEscape = 6;
        if (!isEscaped || raw.Length < text.Length || raw.Length > (long)text.Length * LongestEscape)
        {
            return !isEscaped && raw.SequenceEqual(text);
        }

        using var found = new JsonText(raw, isEscaped);
        return found.Bytes.SequenceEqual(text);
    }

    /// <summary>Gives the buffer back.</summary>
    public void Dispose()
    {
        if (_rented is not null)
        {
            ArrayPool<byte>.Shared.Return(_rented);
        }
    }

    private static int Unescape(ReadOnlySpan<byte> raw, Span<byte> to)
    {
        var written = 0;
        while (raw.IndexOf((byte)'\\') is var backslash and >= 0)
        {
            raw[..backslash].CopyTo(to[written..]);
            written += backslash;
            var letter = raw[backslash + 1];
            raw = raw[(backslash + 2)..];
            if (letter == 'u')
            {
                written += WriteUnit(ref raw, to[written..]);
            }
            else
            {
                to[written++] = Letter(letter);
            }
        }

        raw.CopyTo(to[written..]);
        return written + raw.Length;
    }

    private static int WriteUnit(ref ReadOnlySpan<byte> raw, Span<byte> to)
    {
        var unit = Unit(raw);
        raw = raw[4..];
        if (!char.IsSurrogate(unit))
        {
            return new Rune(unit).EncodeToUtf8(to);
        }

        if (raw.Length >= 6 && raw[0] == '\\' && raw[1] == 'u' && Rune.TryCreate(unit, Unit(raw[2..]), out var pair))
        {
            raw = raw[6..];
            return pair.EncodeToUtf8(to);
        }

        to[0] = (byte)(0xE0 | (unit >> 12));
        to[1] = (byte)(0x80 | ((unit >> 6) & 0x3F));
        to[2] = (byte)(0x80 | (unit & 0x3F));
        return 3;
    }

    private static char Unit(ReadOnlySpan<byte> raw) =>
        (char)ushort.Parse(raw[..4], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture);

    private static byte Letter(byte letter) => letter switch
    {
        (byte)'b' => (byte)'\b',
        (byte)'f' => (byte)'\f',
        (byte)'n' => (byte)'\n',
        (byte)'r' => (byte)'\r',
        (byte)'t' => (byte)'\t',
        _ => letter,
    };
}
