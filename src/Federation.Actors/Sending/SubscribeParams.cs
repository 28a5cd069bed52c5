using System.Diagnostics.CodeAnalysis;
using System.Runtime.InteropServices;
using System.Text.Json;
using Federation.Actors.Configuration;
using Federation.Actors.Protocol;

namespace Federation.Actors.Sending;

/// <summary>Reads the params of the built-in method <c>subscribe</c>. Pure, thread-safe.</summary>
/// <remarks>
/// <c>filter</c>: an object with <c>path</c>, <c>operator</c> and <c>value</c>, and no other key; <c>subjects</c>: a list of NATS subjects
/// with or without wildcards; or both. <c>filter</c> null without <c>subjects</c> lifts. Other keys beside the two are passed over.
/// </remarks>
internal static class SubscribeParams
{
    /// <summary>Subjects in the longest list that is accepted.</summary>
    public const int MaxSubjects = 64;

    /// <summary>Items in the longest array that the operator <c>in</c> accepts.</summary>
    public const int MaxItems = 1000;

    /// <summary>Bytes of the longest value that is accepted: it is kept, and every message is compared with it.</summary>
    public const int MaxValueBytes = 64 * 1024;

    private static readonly IReadOnlyList<string> Keys = ["path", "operator", "value"];
    private static readonly string ExpectedOperator = $"one of {string.Join(' ', FilterOperators.Names)}";

    /// <summary>Reads the params.</summary>
    /// <param name="parameters">What stood at <c>params</c>; <c>default</c> when there was nothing.</param>
    /// <param name="filter">Not null when this returns true: what is to be sent; <see cref="MessageFilter.All"/> when it is lifted.</param>
    /// <param name="error">Else one line for the peer: the place, what was found, what was expected.</param>
    public static bool TryParse(
        JsonElement parameters, [NotNullWhen(true)] out MessageFilter? filter, [NotNullWhen(false)] out string? error)
    {
        filter = null;
        try
        {
            error = Read(parameters, out filter);
        }
        catch (InvalidOperationException)
        {
            error = ParamFault.NoText;
        }

        filter = error is null ? filter ?? MessageFilter.All : null;
        return filter is not null;
    }

    private static string? Read(JsonElement parameters, out MessageFilter? filter)
    {
        filter = null;
        if (parameters.ValueKind != JsonValueKind.Object)
        {
            return ParamFault.Of("params", parameters, "an object");
        }

        var subjects = new List<SubjectPattern>();
        var hasSubjects = ParamFault.TryGet(parameters, "subjects", out var list);
        if (!parameters.TryGetProperty("filter", out var wanted) && !hasSubjects)
        {
            return ParamFault.Missing("params", "filter, subjects or both");
        }

        PayloadCondition? condition = null;
        var error = hasSubjects ? ReadSubjects(list, subjects) : null;
        if (error is null && wanted.ValueKind is not (JsonValueKind.Undefined or JsonValueKind.Null))
        {
            error = ReadFilter(wanted, out condition);
        }

        filter = error is not null || (subjects.Count == 0 && condition is null) ? null : new MessageFilter(subjects, condition);
        return error;
    }

    private static string? ReadSubjects(JsonElement list, List<SubjectPattern> subjects)
    {
        if (list.ValueKind != JsonValueKind.Array || list.GetArrayLength() is 0)
        {
            return ParamFault.Of("subjects", list, $"a list of 1 to {MaxSubjects} NATS subjects");
        }

        if (list.GetArrayLength() > MaxSubjects)
        {
            return $"subjects: {list.GetArrayLength()} of them; expected at most {MaxSubjects}";
        }

        foreach (var item in list.EnumerateArray())
        {
            if (item.ValueKind != JsonValueKind.String || !SubjectPattern.TryParse(item.GetString()!, out var subject))
            {
                return ParamFault.Of($"subjects[{subjects.Count}]", item, "a NATS subject such as a.*.c or a.>");
            }

            subjects.Add(subject);
        }

        return null;
    }

    private static string? ReadFilter(JsonElement filter, out PayloadCondition? condition)
    {
        condition = null;
        if (filter.ValueKind != JsonValueKind.Object)
        {
            return ParamFault.Of("filter", filter, "an object with path, operator and value, or null");
        }

        foreach (var member in filter.EnumerateObject())
        {
            if (!Keys.Contains(member.Name, StringComparer.Ordinal))
            {
                return $"filter: unknown key {ParamFault.Cut(member.Name)}; expected {Spelling.Nearest(member.Name, Keys)}";
            }
        }

        filter.TryGetProperty("path", out var place);
        if (place.ValueKind != JsonValueKind.String)
        {
            return ParamFault.Of("filter.path", place, "a path such as $.a.b[0]");
        }

        if (!JsonPath.TryParse(place.GetString()!, out var path, out var error))
        {
            return $"filter.path: {ParamFault.Shown(place)}, {error}";
        }

        filter.TryGetProperty("operator", out var name);
        if (name.ValueKind != JsonValueKind.String || !FilterOperators.TryParse(name.GetString()!, out var comparison))
        {
            return ParamFault.Of("filter.operator", name, ExpectedOperator);
        }

        filter.TryGetProperty("value", out var value);
        return ReadCondition(path, comparison, value, out condition);
    }

    private static string? ReadCondition(JsonPath path, FilterOperator comparison, JsonElement value, out PayloadCondition? condition)
    {
        condition = null;
        var kind = value.ValueKind;
        if (comparison == FilterOperator.Exists)
        {
            condition = PayloadCondition.Exists(path, kind != JsonValueKind.False);
            var isRight = kind is JsonValueKind.Undefined or JsonValueKind.True or JsonValueKind.False;
            return isRight ? null : ParamFault.Of("filter.value", value, "true, false or nothing");
        }

        if (comparison == FilterOperator.In && kind != JsonValueKind.Array)
        {
            return ParamFault.Of("filter.value", value, "an array");
        }

        if (comparison == FilterOperator.In && value.GetArrayLength() > MaxItems)
        {
            return $"filter.value: {value.GetArrayLength()} items; expected at most {MaxItems}";
        }

        if (FilterOperators.Orders(comparison) && kind is not (JsonValueKind.Number or JsonValueKind.String))
        {
            return ParamFault.Of("filter.value", value, "a number or a string");
        }

        if (kind == JsonValueKind.Undefined)
        {
            return ParamFault.Missing("filter.value", "any JSON value");
        }

        var length = JsonMarshal.GetRawUtf8Value(value).Length;
        if (length > MaxValueBytes)
        {
            return $"filter.value: {length} bytes; expected at most {MaxValueBytes}";
        }

        condition = PayloadCondition.Compares(path, comparison, value);
        return null;
    }
}
