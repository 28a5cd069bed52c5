namespace Federation.Hocon;

/// <summary>Reads HOCON (https://github.com/lightbend/config/blob/main/HOCON.md) strictly: every syntax error is reported with its line
/// and column.</summary>
/// <remarks>Akka's own parser (1.5.74) accepts unbalanced brackets, never returns from <c>[1, 2 }</c>, overflows the stack on <c>a =
/// ${a}</c>, loses the earlier value if <c>${?NAME}</c> is not set, and does not record lines. This parser therefore reads files; Akka's
/// parser is used only for existing Akka configuration objects.</remarks>
public sealed class HoconParser
{
    // Deeper than any configuration, far shallower than the stack.
    private const int MaxDepth = 64;

    private readonly HoconCursor _cursor;
    private readonly Func<string, HoconMap?> _include;
    private int _depth;

    private HoconParser(string text, string name, HoconOrigin? origin, Func<string, HoconMap?> include)
    {
        _cursor = new HoconCursor(text, name, origin);
        _include = include;
    }

    /// <summary>Reads a whole text. Its root is a block, with or without brackets. References stay unresolved.</summary>
    /// <param name="text">The text, with at most 64 levels of brackets.</param>
    /// <param name="name">Name of the text in positions and origins, such as a file name.</param>
    /// <param name="origin">Origin of all values; null: the line of each value.</param>
    /// <param name="include">Reads the file of an <c>include</c>, and returns null if it cannot be read. Null: includes fail.</param>
    /// <exception cref="HoconSyntaxException">The text is not HOCON.</exception>
    public static HoconMap Parse(string text, string name, HoconOrigin? origin = null, Func<string, HoconMap?>? include = null)
    {
        var parser = new HoconParser(text, name, origin, include ?? (static _ => null));
        var cursor = parser._cursor;
        cursor.SkipBetween(commas: false);
        var root = new HoconMap(cursor.Origin);
        if (cursor.Current == '{')
        {
            root = parser.ParseBlock();
            cursor.SkipBetween(commas: false);
        }
        else
        {
            parser.ParseEntries(root);
        }

        return cursor.AtEnd ? root : throw cursor.Unexpected("the end of the text");
    }

    /// <summary>Reads a text that contains a single value.</summary>
    /// <exception cref="HoconSyntaxException">The text is not a HOCON value.</exception>
    public static HoconNode ParseValue(string text, string name, HoconOrigin? origin = null)
    {
        var parser = new HoconParser(text, name, origin, static _ => null);
        var value = parser.ParseValue();
        parser._cursor.SkipBetween(commas: false);
        return parser._cursor.AtEnd ? value : throw parser._cursor.Unexpected("the end of the value");
    }

    /// <summary>Reads a text that contains a path.</summary>
    /// <exception cref="HoconSyntaxException">The text is not a HOCON path.</exception>
    public static string[] ParsePath(string text, string name)
    {
        var parser = new HoconParser(text, name, origin: null, static _ => null);
        var path = parser.ParseKey();
        return parser._cursor.AtEnd ? path : throw parser._cursor.Unexpected("the end of the path");
    }

    private HoconMap ParseBlock()
    {
        var opened = _cursor.Mark;
        var block = new HoconMap(_cursor.Origin);
        Enter();
        _cursor.Take();
        ParseEntries(block);
        Leave(opened, '{', '}');
        return block;
    }

    private void ParseEntries(HoconMap block)
    {
        _cursor.SkipBetween(commas: true);
        while (!_cursor.AtEnd && _cursor.Current is not ('}' or ']'))
        {
            ParseEntry(block);
            if (!_cursor.SkipBetween(commas: true) && !_cursor.AtEnd && _cursor.Current is not ('}' or ']'))
            {
                throw _cursor.Unexpected("a comma, a new line or a closing bracket; text with special characters needs quotes");
            }
        }
    }

    private void ParseEntry(HoconMap block)
    {
        var path = ParseKey();
        if (path is ["include"] && _cursor.Current == '"')
        {
            block.Absorb(Include());
            return;
        }

        var append = _cursor.At("+=");
        if (append || _cursor.Current is '=' or ':')
        {
            _cursor.Skip(append ? 2 : 1);
        }
        else if (_cursor.Current != '{')
        {
            throw _cursor.Unexpected($"= or : or {{ after the key {HoconWriter.Path(path)}");
        }

        var value = ParseValue();
        block.Assign(path, append ? new HoconAppend(value) : value);
    }

    private HoconMap Include()
    {
        var position = _cursor.Position;
        var file = _cursor.TakeQuoted();
        return _include(file)
            ?? throw HoconSyntaxException.Unexpected(position, $"include {HoconWriter.Quote(file)}", "a file that can be read");
    }

    private string[] ParseKey()
    {
        var path = new List<string>();
        while (true)
        {
            _cursor.TakeBlanks();
            path.Add(ParseKeySegment());
            _cursor.TakeBlanks();
            if (_cursor.Current != '.')
            {
                break;
            }

            _cursor.Take();
            if (path.Count >= MaxDepth)
            {
                throw _cursor.Unexpected($"a path of at most {MaxDepth} keys");
            }
        }

        return [.. path];
    }

    private string ParseKeySegment()
    {
        if (_cursor.Current == '"')
        {
            return _cursor.TakeQuoted();
        }

        var key = _cursor.TakeBare(key: true);
        return key.Length > 0 ? key : throw _cursor.Unexpected("a key");
    }

    private HoconNode ParseValue()
    {
        _cursor.SkipBetween(commas: false);
        var origin = _cursor.Origin;
        var mark = _cursor.Mark;
        var parts = new List<HoconNode>();
        while (true)
        {
            var blanks = _cursor.TakeBlanks();
            if (ParsePart() is not { } part)
            {
                break;
            }

            if (blanks.Length > 0 && parts.Count > 0)
            {
                parts.Add(new HoconScalar(blanks, quoted: false, origin));
            }

            parts.Add(part);
        }

        return parts.Count switch
        {
            0 => throw _cursor.Unexpected("a value; text with special characters needs quotes"),
            1 => parts[0],
            _ when parts.Exists(part => part is HoconReference or HoconConcat) => new HoconConcat(parts, _cursor.PositionOf(mark), origin),
            _ => HoconResolver.Join(parts, _cursor.PositionOf(mark), origin),
        };
    }

    private HoconNode? ParsePart()
    {
        var origin = _cursor.Origin;
        switch (_cursor.Current)
        {
            case '"':
                return new HoconScalar(_cursor.TakeQuoted(), quoted: true, origin);
            case '{':
                return ParseBlock();
            case '[':
                return ParseList();
            case '$':
                return ParseReference();
            default:
                var text = _cursor.TakeBare(key: false);
                return text.Length > 0 ? new HoconScalar(text, quoted: false, origin) : null;
        }
    }

    private HoconList ParseList()
    {
        var opened = _cursor.Mark;
        var origin = _cursor.Origin;
        var items = new List<HoconNode>();
        Enter();
        _cursor.Take();
        _cursor.SkipBetween(commas: false);
        while (!_cursor.AtEnd && _cursor.Current is not (']' or '}'))
        {
            items.Add(ParseValue());
            if (!_cursor.SkipBetween(commas: true) && !_cursor.AtEnd && _cursor.Current is not (']' or '}'))
            {
                throw _cursor.Unexpected("a comma, a new line or ]; text with special characters needs quotes");
            }
        }

        Leave(opened, '[', ']');
        return new HoconList(items, origin);
    }

    private HoconReference ParseReference()
    {
        var position = _cursor.Position;
        var origin = _cursor.Origin;
        if (!_cursor.At("${"))
        {
            throw _cursor.Unexpected("${ or quotes around the text");
        }

        _cursor.Skip(2);
        var optional = _cursor.Current == '?';
        if (optional)
        {
            _cursor.Take();
        }

        var path = ParseKey();
        _cursor.Take('}', "} at the end of a reference");
        return new HoconReference(HoconWriter.Path(path), optional, position, origin);
    }

    private void Enter()
    {
        if (++_depth > MaxDepth)
        {
            throw _cursor.Unexpected($"at most {MaxDepth} brackets inside each other");
        }
    }

    private void Leave(HoconMark opened, char bracket, char counterpart)
    {
        if (_cursor.AtEnd)
        {
            throw _cursor.NeverClosed(opened, bracket.ToString());
        }

        if (_cursor.Current != counterpart)
        {
            throw _cursor.Unexpected($"{counterpart} to close the {bracket} of {_cursor.PositionOf(opened)}");
        }

        _cursor.Take();
        _depth--;
    }
}
