using System.Globalization;
using System.Text;

namespace Federation.Actors.Diagnostics;

internal static class SafeText
{
    internal const int MaxLength = 200;

    /// <summary>Replaces line breaks and tabs by blanks, and invisible and control characters, format characters and lone surrogates by
    /// <c>?</c>; cut after <paramref name="maxLength"/> characters.</summary>
    public static string Of(string? text, int maxLength = MaxLength)
    {
        var safe = new StringBuilder();
        foreach (var rune in (text ?? "").AsSpan().Trim().EnumerateRunes())
        {
            if (safe.Length >= maxLength)
            {
                return safe.Append("...").ToString();
            }

            if (rune.Value is '\n' or '\r' or '\t')
            {
                safe.Append(' ');
            }
            else if (IsShown(rune))
            {
                safe.Append(rune);
            }
            else
            {
                safe.Append('?');
            }
        }

        return safe.ToString();
    }

    private static bool IsShown(Rune rune) => rune != Rune.ReplacementChar
        && Rune.GetUnicodeCategory(rune) is not (UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.LineSeparator
            or UnicodeCategory.ParagraphSeparator or UnicodeCategory.PrivateUse or UnicodeCategory.OtherNotAssigned);
}
