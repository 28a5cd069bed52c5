using System.Globalization;

namespace Federation.Hocon;

/// <summary>A position in a configuration text that knows its line and column.</summary>
internal sealed class HoconCursor(string text, string name, HoconOrigin? origin)
{
    private int _index;
    private int _line = 1;
    private int _lineStart;

    internal bool AtEnd => _index >= text.Length;

    internal char Current => AtEnd ? '\0' : text[_index];

    /// <summary>Name, line and column, for faults.</summary>
    internal string Position => string.Create(CultureInfo.InvariantCulture, $"{name}:{_line}:{_index - _lineStart + 1}");

    /// <summary>Name and line, for values, unless the whole text has one origin.</summary>
    internal HoconOrigin Origin => origin ?? new HoconOrigin(HoconOriginKind.File, string.Create(CultureInfo.InvariantCulture, $"{name}:{_line}"));

    internal bool AtComment => Current == '#' || At("//");

    internal bool AtBlank => !AtEnd && Current != '\n' && (char.IsWhiteSpace(Current) || Current == '\uFEFF');

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

    internal void Skip(int count)
    {
        for (; count > 0; count--)
        {
            Take();
        }
    }

    /// <summary>Blanks of this line.</summary>
    internal string TakeBlanks()
    {
        var start = _index;
        while (AtBlank)
        {
            _index++;
        }

        return text[start.._index];
    }

    /// <summary>Blanks, line ends and comments, and commas where they separate entries.</summary>
    /// <returns>Whether a line end or a comma was among them.</returns>
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

    /// <summary>How a fault names what stands here.</summary>
    internal string Describe() => AtEnd ? "the end of the text" : HoconWriter.Quote(Current.ToString());

    internal HoconSyntaxException Unexpected(string expected) => HoconSyntaxException.Unexpected(Position, Describe(), expected);
}
