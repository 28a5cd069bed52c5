using System.Globalization;
using System.Text;

namespace Federation.Actors.Diagnostics;

/// <summary>Text of another program, made fit for one line of a log. Stateless.</summary>
internal static class SafeText
{
    /// <summary>Characters that a log line has room for.</summary>
    internal const int MaxLength = 200;

    /// <summary>
    /// The text with blanks in place of line breaks and tabs, <c>?</c> in place of everything else that does not show or that steers how a
    /// terminal shows the rest (control and format characters, lone surrogates), and cut after <paramref name="maxLength"/> characters.
    /// </summary>
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
