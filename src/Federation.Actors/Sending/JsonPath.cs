using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text;
using System.Text.Json;

namespace Federation.Actors.Sending;

/// <summary>A place in a JSON document: <c>$</c>, then any number of <c>.name</c>, <c>['any name']</c>, <c>["any name"]</c> and
/// <c>[index]</c>.</summary>
/// <remarks>Immutable and thread-safe.</remarks>
internal sealed class JsonPath(IReadOnlyList<(string? Name, int Index)> steps)
{
    public const int MaxLength = 256;

    public const int MaxDepth = 32;

    public static bool TryParse(string text, [NotNullWhen(true)] out JsonPath? path, [NotNullWhen(false)] out string? error)
    {
        var parser = new JsonPathParser(text);
        path = parser.Parse();
        error = path is null ? parser.Error : null;
        return path is not null;
    }

    /// <summary>False for most payloads that are not JSON or have no value at this path, without parsing them.</summary>
    public bool MayBeIn(ReadOnlySpan<byte> json)
    {
        var start = json.IndexOfAnyExcept(" \t\r\n"u8);
        return start >= 0 && (steps.Count == 0 || json[start] == (steps[0].Name is null ? '[' : '{'));
    }

    /// <summary>The last one of duplicate keys counts.</summary>
    public bool TryFind(JsonElement document, out JsonElement found)
    {
        found = document;
        foreach (var (name, index) in steps)
        {
            if (name is null ? found.ValueKind != JsonValueKind.Array
                || index >= found.GetArrayLength() : found.ValueKind != JsonValueKind.Object || !TryGet(found, name, out found))
            {
                return false;
            }

            found = name is null ? found[index] : found;
        }

        return true;
    }

    private static bool TryGet(JsonElement block, string name, out JsonElement value)
    {
        try
        {
            return block.TryGetProperty(name, out value);
        }
        catch (InvalidOperationException)
        {
            // Another key contains an unpaired surrogate, which the reader cannot unescape.
            var properties = block.EnumerateObject().Where(property => IsNamed(property, name)).ToList();
            value = properties.Count > 0 ? properties[^1].Value : default;
            return properties.Count > 0;
        }
    }

    private static bool IsNamed(JsonProperty property, string name)
    {
        try
        {
            return property.NameEquals(name);
        }
        catch (InvalidOperationException)
        {
            return false;
        }
    }
}

internal sealed class JsonPathParser(string text)
{
    // Nine digits always fit an int, and no array in a message has more items.
    private const int MaxIndexDigits = 9;

    private readonly List<(string? Name, int Index)> _steps = [];
    private int _at;

    public string Error { get; private set; } = "";

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
            return Fail($"the end, because a path has at most {JsonPath.MaxDepth} names and indexes");
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
                    return Fail("a quote or a backslash after a backslash");
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
