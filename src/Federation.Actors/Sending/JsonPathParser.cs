using System.Globalization;
using System.Text;

namespace Federation.Actors.Sending;

/// <summary>Reads the text of one <see cref="JsonPath"/>. Not thread-safe.</summary>
internal sealed class JsonPathParser(string text)
{
    // Nine digits always fit an int, and no array in a message has more items.
    private const int MaxIndexDigits = 9;

    private readonly List<(string? Name, int Index)> _steps = [];
    private int _at;

    /// <summary>What is wrong, once <see cref="Parse"/> has returned null.</summary>
    public string Error { get; private set; } = "";

    /// <summary>The path, or null and an <see cref="Error"/>.</summary>
    public JsonPath? Parse()
    {
        if (text.Length > JsonPath.MaxLength)
        {
            Error = $"{text.Length} characters; expected at most {JsonPath.MaxLength}";
            return null;
        }

        var isRight = Take('$', "$");
        while (isRight && _at < text.Length)
        {
            isRight = ReadStep();
        }

        return isRight ? new JsonPath(_steps) : null;
    }

    private static bool IsNameCharacter(char c) =>
        c is not ('.' or '[' or ']' or '\'' or '"' or '*') && !char.IsWhiteSpace(c) && !char.IsControl(c);

    private bool ReadStep()
    {
        if (_steps.Count == JsonPath.MaxDepth)
        {
            return Fail($"the end, since a path has at most {JsonPath.MaxDepth} names and indexes");
        }

        switch (text[_at])
        {
            case '.':
                _at++;
                return ReadName();
            case '[':
                _at++;
                return (_at < text.Length && text[_at] is '\'' or '"' ? ReadQuoted(text[_at]) : ReadIndex()) && Take(']', "]");
            default:
                return Fail(". or [");
        }
    }

    private bool ReadName()
    {
        var start = _at;
        while (_at < text.Length && IsNameCharacter(text[_at]))
        {
            _at++;
        }

        return _at > start ? AddName(text[start.._at]) : Fail("a name");
    }

    private bool ReadQuoted(char quote)
    {
        var name = new StringBuilder();
        for (_at++; _at < text.Length; _at++)
        {
            if (text[_at] == quote)
            {
                _at++;
                return AddName(name.ToString());
            }

            if (text[_at] == '\\')
            {
                _at++;
                if (_at == text.Length || text[_at] is not ('\'' or '"' or '\\'))
                {
                    return Fail("a quote or a backslash behind a backslash");
                }
            }

            name.Append(text[_at]);
        }

        return Fail($"a closing {quote}");
    }

    private bool ReadIndex()
    {
        var start = _at;
        while (_at < text.Length && char.IsAsciiDigit(text[_at]))
        {
            _at++;
        }

        var digits = text.AsSpan(start.._at);
        if (digits.IsEmpty || digits.Length > MaxIndexDigits || (digits.Length > 1 && digits[0] == '0'))
        {
            _at = start;
            return Fail("an index or a quoted name");
        }

        _steps.Add((null, int.Parse(digits, NumberStyles.None, CultureInfo.InvariantCulture)));
        return true;
    }

    private bool AddName(string name)
    {
        _steps.Add((name, 0));
        return true;
    }

    private bool Take(char c, string expected)
    {
        if (_at == text.Length || text[_at] != c)
        {
            return Fail(expected);
        }

        _at++;
        return true;
    }

    private bool Fail(string expected)
    {
        Error = $"character {_at + 1}: {(_at < text.Length ? $"'{text[_at]}'" : "the end")}; expected {expected}";
        return false;
    }
}
