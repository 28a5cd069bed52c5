using System.Globalization;
using System.Text;

namespace Federation.Hocon;

internal sealed class HoconCursor(string text, string name, HoconOrigin? origin)
{
    private const string TripleQuote = "\"\"\"";
    private const string NotInBareText = "$\"{}[]:=,+#`^?!@*&\\";
    private const string Escapes = "\"\\/bfnrt";
    private const string Escaped = "\"\\/\b\f\n\r\t";

    private int _index;
    private int _line = 1;
    private int _lineStart;
    private HoconOrigin? _ofLine;
    private int _originLine;

    internal bool AtEnd => _index >= text.Length;

    internal char Current => AtEnd ? '\0' : text[_index];

    internal HoconMark Mark => new(_line, _index - _lineStart + 1);

    internal string Position => PositionOf(Mark);

    /// <remarks>One for each line: a large file has many values.</remarks>
    internal HoconOrigin Origin
    {
        get
        {
            if (origin is not null)
            {
                return origin;
            }

            if (_ofLine is null || _originLine != _line)
            {
                (_ofLine, _originLine) = (new HoconOrigin(HoconOriginKind.File, $"{name}:{_line}"), _line);
            }

            return _ofLine;
        }
    }

    private bool AtComment => Current == '#' || At("//");

    private bool AtBlank => !AtEnd && Current != '\n' && (char.IsWhiteSpace(Current) || Current == '\uFEFF');

    private bool AtBareText =>
        !AtEnd && !char.IsWhiteSpace(Current) && !AtComment && !NotInBareText.Contains(Current, StringComparison.Ordinal);

    internal string PositionOf(HoconMark mark) => $"{name}:{mark.Line}:{mark.Column}";

    internal bool At(string expected) => string.CompareOrdinal(text, _index, expected, 0, expected.Length) == 0;

    internal char Take()
    {
        var c = text[_index++];
        if (c == '\n')
        {
            _line++;
            _lineStart = _index;
        }

        return c;
    }

    internal void Take(char expected, string description)
    {
        if (Current != expected)
        {
            throw Unexpected(description);
        }

        Take();
    }

    internal void Skip(int count)
    {
        for (; count > 0; count--)
        {
            Take();
        }
    }

    internal string TakeBlanks()
    {
        var start = _index;
        while (AtBlank)
        {
            _index++;
        }

        return text[start.._index];
    }

    /// <summary>Skips blanks, line ends and comments, and commas where they separate entries.</summary>
    /// <returns>True for a line end or a comma.</returns>
    internal bool SkipBetween(bool commas)
    {
        var separated = false;
        while (!AtEnd)
        {
            if (AtComment)
            {
                while (!AtEnd && Current != '\n')
                {
                    _index++;
                }
            }
            else if (Current == '\n' || AtBlank || (commas && Current == ','))
            {
                separated |= Take() is '\n' or ',';
            }
            else
            {
                break;
            }
        }

        return separated;
    }

    internal string TakeBare(bool key)
    {
        var start = _index;
        while (AtBareText && !(key && Current == '.'))
        {
            _index++;
        }

        return text[start.._index];
    }

    internal string TakeQuoted()
    {
        var opened = Mark;
        var plain = text.AsSpan(Math.Min(_index + 1, text.Length));
        if (!At(TripleQuote) && plain.IndexOfAny('"', '\\', '\n') is >= 0 and var end && plain[end] == '"')
        {
            _index += end + 2;
            return plain[..end].ToString();
        }

        var taken = new StringBuilder();
        if (At(TripleQuote))
        {
            Skip(TripleQuote.Length);
            while (!AtEnd && !At(TripleQuote))
            {
                taken.Append(Take());
            }

            if (AtEnd)
            {
                throw NeverClosed(opened, TripleQuote);
            }

            Skip(TripleQuote.Length);
            while (Current == '"')
            {
                taken.Append(Take());
            }

            return taken.ToString();
        }

        Take();
        while (!AtEnd && Current is not ('"' or '\n'))
        {
            taken.Append(Current == '\\' ? TakeEscape() : Take());
        }

        if (Current != '"')
        {
            throw NeverClosed(opened, "\"");
        }

        Take();
        return taken.ToString();
    }

    private char TakeEscape()
    {
        Take();
        if (!AtEnd && Escapes.IndexOf(Current, StringComparison.Ordinal) is >= 0 and var index)
        {
            Take();
            return Escaped[index];
        }

        Take('u', "one of \" \\ / b f n r t u after a backslash");
        var code = 0;
        for (var i = 0; i < 4; i++)
        {
            if (!char.IsAsciiHexDigit(Current))
            {
                throw Unexpected("four hexadecimal digits after \\u");
            }

            code = (code * 16) + int.Parse([Take()], NumberStyles.HexNumber, CultureInfo.InvariantCulture);
        }

        return (char)code;
    }

    internal HoconSyntaxException Unexpected(string expected) =>
        HoconSyntaxException.Unexpected(Position, AtEnd ? "the end of the text" : HoconWriter.Quote(Current.ToString()), expected);

    internal HoconSyntaxException NeverClosed(HoconMark opened, string bracket) =>
        HoconSyntaxException.Unexpected(PositionOf(opened), $"{bracket} that is never closed", "its counterpart");
}

/// <summary>A place in a text, which becomes a text itself only where it is shown.</summary>
internal readonly record struct HoconMark(int Line, int Column);
