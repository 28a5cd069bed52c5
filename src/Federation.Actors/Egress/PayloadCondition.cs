using System.Text.Json;

namespace Federation.Actors.Egress;

/// <summary>What the payload of a message has to be like: what stands at a path, compared with a value.</summary>
/// <remarks>
/// Immutable and thread-safe. A path at which there is nothing fulfils no condition but that nothing be there; a payload that is not JSON
/// has nothing anywhere. Values of different types are unequal and have no order. The rules are those of the protocol page, section
/// "Control plane".
/// </remarks>
internal sealed class PayloadCondition
{
    private readonly JsonPath _path;
    private readonly FilterOperator _operator;
    private readonly FilterValue _value;
    private readonly bool _wanted;

    private PayloadCondition(JsonPath path, FilterOperator comparison, FilterValue value, bool wanted)
    {
        _path = path;
        _operator = comparison;
        _value = value;
        _wanted = wanted;
    }

    /// <summary>That there is something at a path, or that there is nothing.</summary>
    public static PayloadCondition Exists(JsonPath path, bool wanted) =>
        new(path, FilterOperator.Exists, FilterValue.Read("null"u8), wanted);

    /// <summary>That what stands at a path compares with a value in a certain way.</summary>
    /// <param name="path">Where to look.</param>
    /// <param name="comparison">Any but <see cref="FilterOperator.Exists"/>.</param>
    /// <param name="value">For <see cref="FilterOperator.In"/> an array.</param>
    public static PayloadCondition Compares(JsonPath path, FilterOperator comparison, FilterValue value) =>
        new(path, comparison, value, wanted: true);

    /// <summary>Whether a payload is like that.</summary>
    /// <remarks>Never throws, whatever the bytes. Allocates only for arrays and objects that are compared as such.</remarks>
    public bool IsFulfilledBy(ReadOnlySpan<byte> payload)
    {
        if (!_path.TryFind(payload, out var found))
        {
            return !_wanted;
        }

        return _operator switch
        {
            FilterOperator.Equal => _value.IsEqualTo(found),
            FilterOperator.NotEqual => !_value.IsEqualTo(found),
            FilterOperator.In => _value.HasItemEqualTo(found),
            FilterOperator.Contains => _value.IsContainedIn(found),
            FilterOperator.Exists => _wanted,
            _ => _value.TryOrder(found, out var order) && Accepts(order),
        };
    }

    private bool Accepts(int order) => _operator switch
    {
        FilterOperator.Greater => order > 0,
        FilterOperator.GreaterOrEqual => order >= 0,
        FilterOperator.Less => order < 0,
        _ => order <= 0,
    };
}
