using System.Diagnostics.CodeAnalysis;
using System.Text.Json;

namespace Federation.Actors.Sending;

/// <summary>The params of the built-in method <c>backpressure</c>. Immutable.</summary>
/// <param name="RateLimit">Messages per second, more than 0 and finite; 0 to pause; null to lift the limit.</param>
internal sealed record BackpressureParams(double? RateLimit)
{
    private const string Unit = "msg/sec";

    /// <summary>Reads the params; keys it does not know are passed over.</summary>
    /// <param name="parameters">What stood at <c>params</c>; <c>default</c> when there was nothing.</param>
    /// <param name="parsed">Not null when this returns true.</param>
    /// <param name="error">Else one line for the peer: the place, what was found, what was expected.</param>
    public static bool TryParse(
        JsonElement parameters, [NotNullWhen(true)] out BackpressureParams? parsed, [NotNullWhen(false)] out string? error)
    {
        parsed = null;
        try
        {
            error = Read(parameters, out var rate);
            parsed = error is null ? new BackpressureParams(rate) : null;
        }
        catch (InvalidOperationException)
        {
            error = ParamFault.NoText;
        }

        return parsed is not null;
    }

    private static string? Read(JsonElement parameters, out double? rate)
    {
        rate = null;
        if (parameters.ValueKind != JsonValueKind.Object)
        {
            return ParamFault.Of("params", parameters, "an object");
        }

        if (ParamFault.TryGet(parameters, "unit", out var unit) && (unit.ValueKind != JsonValueKind.String || !unit.ValueEquals(Unit)))
        {
            return ParamFault.Of("unit", unit, $"\"{Unit}\"");
        }

        parameters.TryGetProperty("rate_limit", out var limit);
        if (limit.ValueKind == JsonValueKind.Null)
        {
            return null;
        }

        if (limit.ValueKind != JsonValueKind.Number || !limit.TryGetDouble(out var value) || !(value >= 0) || !double.IsFinite(value))
        {
            return ParamFault.Of("rate_limit", limit, "a number above 0, 0 to pause or null to lift");
        }

        rate = value;
        return null;
    }
}
