using System.Text;
using System.Text.Json;

namespace Federation.Actors.Egress;

/// <summary>A JSON value that found ones are compared with.</summary>
/// <remarks>
/// Immutable and thread-safe. Equal are values of one type: numbers by their exact value, strings by their characters, arrays item by item,
/// objects member by member in any order, the last of duplicate keys counting. Comparing a scalar allocates nothing.
/// </remarks>
internal sealed class FilterValue
{
    // Most values are scalars; these are never added to.
    private static readonly List<FilterValue> NoItems = [];
    private static readonly Dictionary<string, FilterValue> NoMembers = new(StringComparer.Ordinal);

    private readonly JsonTokenType _kind;
    private readonly byte[] _text = [];
    private readonly int _severity = Severity.None;
    private readonly List<FilterValue> _items = NoItems;
    private readonly Dictionary<string, FilterValue> _members = NoMembers;

    private FilterValue(ref Utf8JsonReader reader)
    {
        _kind = reader.TokenType;
        switch (_kind)
        {
            case JsonTokenType.Number:
                _text = reader.ValueSpan.ToArray();
                break;
            case JsonTokenType.String:
                using (var text = new JsonText(reader.ValueSpan, reader.ValueIsEscaped))
                {
                    _text = text.Bytes.ToArray();
                    _severity = Severity.Rank(_text);
                }

                break;
            case JsonTokenType.StartArray:
                _items = [];
                while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
                {
                    _items.Add(new FilterValue(ref reader));
                }

                break;
            case JsonTokenType.StartObject:
                _members = new Dictionary<string, FilterValue>(StringComparer.Ordinal);
                while (reader.Read() && reader.TokenType != JsonTokenType.EndObject)
                {
                    var key = Key(ref reader);
                    reader.Read();
                    _members[key] = new FilterValue(ref reader);
                }

                break;
        }
    }

    /// <summary>The items of an array; none for anything else.</summary>
    public IReadOnlyList<FilterValue> Items => _items;

    /// <summary>Reads a value.</summary>
    /// <param name="json">One JSON value that a reader has accepted already.</param>
    public static FilterValue Read(ReadOnlySpan<byte> json)
    {
        var reader = new Utf8JsonReader(json);
        reader.Read();
        return new FilterValue(ref reader);
    }

    /// <summary>Whether what stands at a reader is equal to this.</summary>
    /// <param name="found">A copy of the reader, on the first token of the value.</param>
    public bool IsEqualTo(Utf8JsonReader found)
    {
        if (found.TokenType != _kind)
        {
            return false;
        }

        return _kind switch
        {
            JsonTokenType.Number => JsonNumber.Compare(found.ValueSpan, _text) == 0,
            JsonTokenType.String => JsonText.Equals(found.ValueSpan, found.ValueIsEscaped, _text),
            JsonTokenType.StartArray or JsonTokenType.StartObject => IsSameAs(new FilterValue(ref found)),
            _ => true,
        };
    }

    /// <summary>Whether what stands at a reader is equal to an item of this array.</summary>
    /// <param name="found">A copy of the reader, on the first token of the value.</param>
    public bool HasItemEqualTo(Utf8JsonReader found)
    {
        // What has to be read into memory to be compared is read once, not for each item.
        var whole = found.TokenType is JsonTokenType.StartArray or JsonTokenType.StartObject ? new FilterValue(ref found) : null;
        foreach (var item in _items)
        {
            if (whole is null ? item.IsEqualTo(found) : item.IsSameAs(whole))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Whether what stands at a reader is a string with this string in it, or an array with an item equal to this.</summary>
    /// <param name="found">A copy of the reader, on the first token of the value.</param>
    public bool IsContainedIn(Utf8JsonReader found)
    {
        if (found.TokenType == JsonTokenType.String && _kind == JsonTokenType.String)
        {
            using var text = new JsonText(found.ValueSpan, found.ValueIsEscaped);
            return text.Bytes.IndexOf(_text) >= 0;
        }

        if (found.TokenType != JsonTokenType.StartArray)
        {
            return false;
        }

        while (found.Read() && found.TokenType != JsonTokenType.EndArray)
        {
            if (IsEqualTo(found))
            {
                return true;
            }

            found.Skip();
        }

        return false;
    }

    /// <summary>
    /// The order of what stands at a reader and this: two numbers by value, two severity words by their rank, other strings by their code
    /// points. Anything else has no order.
    /// </summary>
    /// <param name="found">A copy of the reader, on the first token of the value.</param>
    /// <param name="order">Below 0, 0 or above 0, as what is found is less than, equal to or greater than this.</param>
    /// <returns>False without an order.</returns>
    public bool TryOrder(Utf8JsonReader found, out int order)
    {
        order = 0;
        if (found.TokenType != _kind || _kind is not (JsonTokenType.Number or JsonTokenType.String))
        {
            return false;
        }

        if (_kind == JsonTokenType.Number)
        {
            order = JsonNumber.Compare(found.ValueSpan, _text);
            return true;
        }

        using var text = new JsonText(found.ValueSpan, found.ValueIsEscaped);
        var severity = _severity == Severity.None ? Severity.None : Severity.Rank(text.Bytes);
        order = severity == Severity.None ? text.Bytes.SequenceCompareTo(_text) : severity - _severity;
        return true;
    }

    /// <summary>A key as a string with one character for each byte, so that no two keys become one.</summary>
    private static string Key(ref Utf8JsonReader reader)
    {
        using var text = new JsonText(reader.ValueSpan, reader.ValueIsEscaped);
        return Encoding.Latin1.GetString(text.Bytes);
    }

    private bool IsSameAs(FilterValue other)
    {
        if (_kind != other._kind || _items.Count != other._items.Count || _members.Count != other._members.Count)
        {
            return false;
        }

        if (_kind == JsonTokenType.Number)
        {
            return JsonNumber.Compare(_text, other._text) == 0;
        }

        for (var i = 0; i < _items.Count; i++)
        {
            if (!_items[i].IsSameAs(other._items[i]))
            {
                return false;
            }
        }

        foreach (var (key, member) in _members)
        {
            if (!other._members.TryGetValue(key, out var found) || !member.IsSameAs(found))
            {
                return false;
            }
        }

        return _text.AsSpan().SequenceEqual(other._text);
    }
}
