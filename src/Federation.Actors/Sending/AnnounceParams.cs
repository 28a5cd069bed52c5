using System.Diagnostics.CodeAnalysis;
using System.Text.Json;

namespace Federation.Actors.Sending;

/// <summary>What the params of the built-in method <c>announce</c> change in what is sent. Immutable.</summary>
/// <param name="MaxRate">Messages a second, from <c>capabilities.max_rate</c>; null: no limit.</param>
/// <param name="Types">Only messages whose payload has one of <c>capabilities.message_types</c> under <c>type</c>.</param>
internal sealed record AnnounceParams(double? MaxRate, MessageFilter Types)
{
    /// <summary>Reads the params.</summary>
    /// <param name="parameters">What stood at <c>params</c>.</param>
    /// <param name="parsed">Not null when this returns true.</param>
    /// <param name="error">Else one line for the peer: the place, what was found, what was expected.</param>
    public static bool TryParse(JsonElement parameters, [NotNullWhen(true)] out AnnounceParams? parsed, [NotNullWhen(false)] out string? error)
    {
        parsed = null;
        if (parameters.ValueKind != JsonValueKind.Object || !parameters.TryGetProperty("capabilities", out var capabilities))
        {
            error = ParamFault.Missing("capabilities", "an object");
            return false;
        }

        if (capabilities.ValueKind != JsonValueKind.Object)
        {
            error = ParamFault.Of("capabilities", capabilities, "an object");
            return false;
        }

        MessageFilter? types = null;
        error = ReadRate(capabilities, out var rate) ?? ReadTypes(capabilities, out types);
        parsed = error is null ? new AnnounceParams(rate, types ?? MessageFilter.All) : null;
        return parsed is not null;
    }

    private static string? ReadRate(JsonElement capabilities, out double? rate)
    {
        rate = null;
        if (!ParamFault.TryGet(capabilities, "max_rate", out var found))
        {
            return null;
        }

        if (found.ValueKind != JsonValueKind.Number || !found.TryGetDouble(out var number) || !(number > 0 && double.IsFinite(number)))
        {
            return ParamFault.Of("capabilities.max_rate", found, "messages a second, more than 0");
        }

        rate = number;
        return null;
    }

    private static string? ReadTypes(JsonElement capabilities, out MessageFilter? types)
    {
        const string place = "capabilities.message_types";
        types = null;
        if (!ParamFault.TryGet(capabilities, "message_types", out var found))
        {
            return null;
        }

        if (found.ValueKind != JsonValueKind.Array || found.EnumerateArray().Any(static type => type.ValueKind != JsonValueKind.String))
        {
            return ParamFault.Of(place, found, "a list of texts");
        }

        // The same as a subscription to them, with the same bounds.
        using var filter = JsonDocument.Parse("""{"filter":{"path":"$.type","operator":"in","value":""" + found.GetRawText() + "}}");
        return SubscribeParams.TryParse(filter.RootElement, out types, out var error) ? null : $"{place}: {error}";
    }
}
