using System.Globalization;
using System.Text;

namespace Federation.Hocon;

/// <summary>Reads the three kinds of HOCON text: quoted, triple quoted, bare.</summary>
internal static class HoconStrings
{
    private const string TripleQuote = "\"\"\"";
    private const string NotInBareText = "$\"{}[]:=,+#`^?!@*&\\";

    internal static bool AtBareText(HoconCursor cursor) =>
        !cursor.AtEnd && !char.IsWhiteSpace(cursor.Current) && !cursor.AtComment
        && !NotInBareText.Contains(cursor.Current, StringComparison.Ordinal);

    internal static string TakeBare(HoconCursor cursor, bool key)
    {
        var text = new StringBuilder();
        while (AtBareText(cursor) && !(key && cursor.Current == '.'))
        {
            text.Append(cursor.Take());
        }

        return text.ToString();
    }

    internal static string TakeQuoted(HoconCursor cursor)
    {
        var opened = cursor.Position;
        if (cursor.At(TripleQuote))
        {
            return TakeTripleQuoted(cursor, opened);
        }

        cursor.Take();
        var text = new StringBuilder();
        while (!cursor.AtEnd && cursor.Current is not ('"' or '\n'))
        {
            text.Append(cursor.Current == '\\' ? TakeEscape(cursor) : cursor.Take());
        }

        if (cursor.Current != '"')
        {
            throw NeverClosed(opened, "\"");
        }

        cursor.Take();
        return text.ToString();
    }

    private static string TakeTripleQuoted(HoconCursor cursor, string opened)
    {
        cursor.Skip(3);
        var text = new StringBuilder();
        while (!cursor.AtEnd && !cursor.At(TripleQuote))
        {
            text.Append(cursor.Take());
        }

        if (cursor.AtEnd)
        {
            throw NeverClosed(opened, TripleQuote);
        }

        cursor.Skip(3);
        while (cursor.Current == '"')
        {
            text.Append(cursor.Take());
        }

        return text.ToString();
    }

    private static char TakeEscape(HoconCursor cursor)
    {
        cursor.Take();
        const string Escapes = "\"\\/bfnrt";
        const string Meanings = "\"\\/\b\f\n\r\t";
        var index = cursor.AtEnd ? -1 : Escapes.IndexOf(cursor.Current, StringComparison.Ordinal);
        if (index >= 0)
        {
            cursor.Take();
            return Meanings[index];
        }

        if (cursor.Current != 'u')
        {
            throw cursor.Unexpected("one of \" \\ / b f n r t u after a backslash");
        }

        cursor.Take();
        var code = 0;
        for (var i = 0; i < 4; i++)
        {
            if (!char.IsAsciiHexDigit(cursor.Current))
            {
                throw cursor.Unexpected("four hexadecimal digits after \\u");
            }

            code = (code * 16) + int.Parse([cursor.Take()], NumberStyles.HexNumber, CultureInfo.InvariantCulture);
        }

        return (char)code;
    }

    internal static HoconSyntaxException NeverClosed(string opened, string bracket) =>
        HoconSyntaxException.Unexpected(opened, $"{bracket} that is never closed", "its counterpart");
}
