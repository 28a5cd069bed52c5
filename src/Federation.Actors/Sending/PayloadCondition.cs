using System.Text.Json;
using System.Text.Unicode;
using Federation.Actors.Protocol;

namespace Federation.Actors.Sending;

/// <summary>A condition on the payload of a message: the value at a path, compared with a constant.</summary>
/// <remarks>
/// Immutable and thread-safe. A path without a value fulfils no condition except <c>exists</c> false, and a payload that is not JSON has no values.
/// Values of different types are unequal and have no order. The rules are those of the protocol page, section "Control plane".
/// </remarks>
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

    /// <summary>There is a value at a path, or there is none.</summary>
    public static PayloadCondition Exists(JsonPath path, bool wanted) => new(path, FilterOperator.Exists, default, wanted);

    /// <summary>The value at a path compares with a constant.</summary>
    /// <param name="path">Where to look.</param>
    /// <param name="comparison">Any but <see cref="FilterOperator.Exists"/>.</param>
    /// <param name="value">For <see cref="FilterOperator.In"/> an array. It is copied.</param>
    public static PayloadCondition Compares(JsonPath path, FilterOperator comparison, JsonElement value) => new(path, comparison, value.Clone(), wanted: true);

    /// <summary>Whether a payload fulfils it. Never throws, whatever the bytes.</summary>
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

    /// <summary>Below 0, 0 or above 0, as a value is less than, equal to or greater than the constant; null: there is no order.</summary>
    private int? Order(JsonElement found)
    {
        if (found.ValueKind == JsonValueKind.Number && _value.ValueKind == JsonValueKind.Number)
        {
            return found.TryGetDecimal(out var exact) && _value.TryGetDecimal(out var exactValue) ? exact.CompareTo(exactValue) : found.GetDouble().CompareTo(_value.GetDouble());
        }

        if (Text(found) is not { } text || Text(_value) is not { } value)
        {
            return null;
        }

        return Severity.Rank(text) is { } severity && Severity.Rank(value) is { } wanted ? severity - wanted : string.CompareOrdinal(text, value);
    }

    private bool Accepts(int order) => _operator switch
    {
        FilterOperator.Greater => order > 0,
        FilterOperator.GreaterOrEqual => order >= 0,
        FilterOperator.Less => order < 0,
        _ => order <= 0,
    };
}
