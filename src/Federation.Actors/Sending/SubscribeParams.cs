using System.Runtime.InteropServices;
using System.Text.Json;
using Federation.Actors.Configuration;
using Federation.Actors.Protocol;

namespace Federation.Actors.Sending;

/// <summary>Reads the parameters of the built-in method <c>subscribe</c>: a filter, a list of NATS subjects with or without wildcards, or
/// both.</summary>
internal static class SubscribeParams
{
    public const int MaxSubjects = 64;

    public const int MaxItems = 1000;

    /// <summary>The longest constant: it is kept, and every message is compared with it.</summary>
    public const int MaxValueBytes = 64 * 1024;

    private static readonly IReadOnlyList<string> Keys = ["path", "operator", "value"];
    private static readonly string ExpectedOperator = $"one of {string.Join(' ', FilterOperators.Names)}";

    /// <returns><see cref="MessageFilter.All"/> when the filter is null and there are no subjects.</returns>
    public static MessageFilter Read(JsonElement parameters)
    {
        MethodParams.RequireObject("params", parameters);
        var hasSubjects = MethodParams.TryGet(parameters, "subjects", out var list);
        if (!parameters.TryGetProperty("filter", out var filter) && !hasSubjects)
        {
            throw MethodParams.Wrong("params", default, "filter, subjects or both");
        }

        var subjects = hasSubjects ? ReadSubjects(list) : [];
        var condition = filter.ValueKind is JsonValueKind.Undefined or JsonValueKind.Null ? null : ReadFilter(filter);
        return subjects.Count == 0 && condition is null ? MessageFilter.All : new MessageFilter(subjects, condition);
    }

    private static List<SubjectPattern> ReadSubjects(JsonElement list)
    {
        if (list.ValueKind != JsonValueKind.Array || list.GetArrayLength() is 0)
        {
            throw MethodParams.Wrong("subjects", list, $"a list of 1 to {MaxSubjects} NATS subjects");
        }

        if (list.GetArrayLength() > MaxSubjects)
        {
            throw new InvalidParamsException($"subjects: {list.GetArrayLength()} of them; expected at most {MaxSubjects}");
        }

        var subjects = new List<SubjectPattern>();
        foreach (var item in list.EnumerateArray())
        {
            subjects.Add(item.ValueKind == JsonValueKind.String && SubjectPattern.TryParse(item.GetString()!, out var subject)
                ? subject
                : throw MethodParams.Wrong($"subjects[{subjects.Count}]", item, "a NATS subject such as a.*.c or a.>"));
        }

        return subjects;
    }

    private static PayloadCondition ReadFilter(JsonElement filter)
    {
        MethodParams.RequireObject("filter", filter, "an object with path, operator and value, or null");
        foreach (var member in filter.EnumerateObject())
        {
            if (!Keys.Contains(member.Name, StringComparer.Ordinal))
            {
                throw new InvalidParamsException(
                    $"filter: unknown key {MethodParams.Cut(member.Name)}; expected {Spelling.Nearest(member.Name, Keys)}");
            }
        }

        filter.TryGetProperty("path", out var place);
        if (place.ValueKind != JsonValueKind.String)
        {
            throw MethodParams.Wrong("filter.path", place, "a path such as $.a.b[0]");
        }

        if (!JsonPath.TryParse(place.GetString()!, out var path, out var error))
        {
            throw new InvalidParamsException($"filter.path: {MethodParams.Shown(place)}, {error}");
        }

        filter.TryGetProperty("operator", out var name);
        if (name.ValueKind != JsonValueKind.String || !FilterOperators.TryParse(name.GetString()!, out var comparison))
        {
            throw MethodParams.Wrong("filter.operator", name, ExpectedOperator);
        }

        filter.TryGetProperty("value", out var value);
        return ReadCondition(path, comparison, value);
    }

    private static PayloadCondition ReadCondition(JsonPath path, FilterOperator comparison, JsonElement value)
    {
        var kind = value.ValueKind;
        if (Expected(comparison, kind) is { } expected)
        {
            throw MethodParams.Wrong("filter.value", value, expected);
        }

        if (comparison == FilterOperator.Exists)
        {
            return PayloadCondition.Exists(path, kind != JsonValueKind.False);
        }

        if (comparison == FilterOperator.In && value.GetArrayLength() > MaxItems)
        {
            throw new InvalidParamsException($"filter.value: {value.GetArrayLength()} items; expected at most {MaxItems}");
        }

        var length = JsonMarshal.GetRawUtf8Value(value).Length;
        return length <= MaxValueBytes ? PayloadCondition.Compares(path, comparison, value)
            : throw new InvalidParamsException($"filter.value: {length} bytes; expected at most {MaxValueBytes}");
    }

    private static string? Expected(FilterOperator comparison, JsonValueKind kind) => comparison switch
    {
        FilterOperator.Exists =>
            kind is JsonValueKind.Undefined or JsonValueKind.True or JsonValueKind.False ? null : "true, false or nothing",
        FilterOperator.In => kind == JsonValueKind.Array ? null : "an array",
        _ when FilterOperators.Orders(comparison) => kind is JsonValueKind.Number or JsonValueKind.String ? null : "a number or a string",
        _ => kind == JsonValueKind.Undefined ? "any JSON value" : null,
    };
}
