using System.Text.Json;
using System.Text.Unicode;
using Federation.Actors.Protocol;

namespace Federation.Actors.Sending;

/// <summary>Compares the value at a path of a payload with a constant; protocol page, section "Control plane".</summary>
/// <remarks>A path without a value fulfils only <c>exists</c> false, and a payload that is not JSON has no values. Values of different
/// types are unequal and have no order. Immutable and thread-safe.</remarks>
internal sealed class PayloadCondition
{
    private static readonly JsonReaderOptions Options = new() { MaxDepth = EnvelopeReader.MaxDepth };

    private readonly JsonPath _path;
    private readonly FilterOperator _operator;
    private readonly JsonElement _value;
    private readonly bool _wanted;

    private PayloadCondition(JsonPath path, FilterOperator comparison, JsonElement value, bool wanted)
    {
        _path = path;
        _operator = comparison;
        _value = value;
        _wanted = wanted;
    }

    public static PayloadCondition Exists(JsonPath path, bool wanted) => new(path, FilterOperator.Exists, default, wanted);

    public static PayloadCondition Compares(JsonPath path, FilterOperator comparison, JsonElement value) =>
        new(path, comparison, value.Clone(), wanted: true);

    /// <summary>Never throws, whatever the bytes.</summary>
    public bool IsFulfilledBy(ReadOnlySpan<byte> payload)
    {
        if (!_path.MayBeIn(payload) || !Utf8.IsValid(payload))
        {
            return !_wanted;
        }

        try
        {
            var reader = new Utf8JsonReader(payload, Options);
            using var document = JsonDocument.ParseValue(ref reader);

            // One more read makes the reader refuse anything that follows the document.
            return reader.Read() || !_path.TryFind(document.RootElement, out var found) ? !_wanted : Compare(found);
        }
        catch (JsonException)
        {
            return !_wanted;
        }
    }

    private static bool AreEqual(JsonElement one, JsonElement other)
    {
        try
        {
            return JsonElement.DeepEquals(one, other);
        }
        catch (InvalidOperationException)
        {
            // An unpaired surrogate equals nothing.
            return false;
        }
        catch (ArgumentOutOfRangeException)
        {
            // An exponent beyond an int: such a number equals its own text only.
            return string.Equals(one.GetRawText(), other.GetRawText(), StringComparison.Ordinal);
        }
    }

    private bool Compare(JsonElement found) => _operator switch
    {
        FilterOperator.Exists => _wanted,
        FilterOperator.Equal => AreEqual(found, _value),
        FilterOperator.NotEqual => !AreEqual(found, _value),
        FilterOperator.In => Contains(_value, found),
        FilterOperator.Contains when found.ValueKind == JsonValueKind.Array => Contains(found, _value),
        FilterOperator.Contains => Text(found) is { } text && Text(_value) is { } part && text.Contains(part, StringComparison.Ordinal),
        _ => Order(found) is { } order && Accepts(order),
    };

    private static bool Contains(JsonElement array, JsonElement item)
    {
        foreach (var one in array.EnumerateArray())
        {
            if (AreEqual(one, item))
            {
                return true;
            }
        }

        return false;
    }

    private static string? Text(JsonElement value)
    {
        try
        {
            return value.ValueKind == JsonValueKind.String ? value.GetString() : null;
        }
        catch (InvalidOperationException)
        {
            return null;
        }
    }

    /// <summary>The sign of value minus constant; null: the two have no order.</summary>
    private int? Order(JsonElement found)
    {
        if (found.ValueKind == JsonValueKind.Number && _value.ValueKind == JsonValueKind.Number)
        {
            return found.TryGetDecimal(out var exact)
                && _value.TryGetDecimal(out var exactValue) ? exact.CompareTo(exactValue) : found.GetDouble().CompareTo(_value.GetDouble());
        }

        if (Text(found) is not { } text || Text(_value) is not { } value)
        {
            return null;
        }

        return Severity.Rank(text) is { } severity
            && Severity.Rank(value) is { } wanted ? severity - wanted : string.CompareOrdinal(text, value);
    }

    private bool Accepts(int order) => _operator switch
    {
        FilterOperator.Greater => order > 0,
        FilterOperator.GreaterOrEqual => order >= 0,
        FilterOperator.Less => order < 0,
        _ => order <= 0,
    };
}

internal enum FilterOperator
{
    Equal,

    NotEqual,

    Greater,

    GreaterOrEqual,

    Less,

    LessOrEqual,

    In,

    Contains,

    /// <summary>A value is found, null included; with the constant false, no value is found.</summary>
    Exists,
}

internal static class FilterOperators
{
    /// <summary>In the order of <see cref="FilterOperator"/>.</summary>
    public static IReadOnlyList<string> Names { get; } = ["==", "!=", ">", ">=", "<", "<=", "in", "contains", "exists"];

    public static bool TryParse(string name, out FilterOperator parsed)
    {
        for (var i = 0; i < Names.Count; i++)
        {
            if (string.Equals(Names[i], name, StringComparison.Ordinal))
            {
                parsed = (FilterOperator)i;
                return true;
            }
        }

        parsed = default;
        return false;
    }

    public static bool Orders(FilterOperator value) => value is >= FilterOperator.Greater and <= FilterOperator.LessOrEqual;
}

internal static class Severity
{
    private static readonly string[] Words = ["debug", "info", "warning", "error", "critical"];

    /// <summary>From 0 for <c>debug</c> to 4 for <c>critical</c>; null for other words. Lower case only.</summary>
    public static int? Rank(string word) => Array.IndexOf(Words, word) is var rank and >= 0 ? rank : null;
}
