using System.Diagnostics.CodeAnalysis;
using System.Text.Json;

namespace Federation.Actors.Sending;

/// <summary>The params of the built-in method <c>replay</c>, at least one of them not null; those given apply all. Immutable.</summary>
/// <param name="Count">How many messages at most, the latest of them; from 1.</param>
/// <param name="StartTime">Unix milliseconds from 0 to the end of the year 9999: nothing older.</param>
/// <param name="StartSequence">From 1: nothing with a lower sequence number.</param>
internal sealed record ReplayParams(int? Count, long? StartTime, long? StartSequence)
{
    // The last millisecond that a DateTimeOffset can hold.
    private const long MaxTime = 253_402_300_799_999;

    /// <summary>Reads the params; keys it does not know are passed over, null is as good as nothing.</summary>
    /// <param name="parameters">What stood at <c>params</c>; <c>default</c> when there was nothing.</param>
    /// <param name="parsed">Not null when this returns true.</param>
    /// <param name="error">Else one line for the peer: the place, what was found, what was expected.</param>
    public static bool TryParse(
        JsonElement parameters, [NotNullWhen(true)] out ReplayParams? parsed, [NotNullWhen(false)] out string? error)
    {
        parsed = null;
        try
        {
            error = Read(parameters, out var read);
            parsed = error is null ? read : null;
        }
        catch (InvalidOperationException)
        {
            error = ParamFault.NoText;
        }

        return parsed is not null;
    }

    private static string? Read(JsonElement parameters, out ReplayParams parsed)
    {
        parsed = new ReplayParams(Count: null, StartTime: null, StartSequence: null);
        if (parameters.ValueKind != JsonValueKind.Object)
        {
            return ParamFault.Of("params", parameters, "an object");
        }

        long? time = null;
        long? sequence = null;
        var error = ReadInteger(parameters, "count", 1, int.MaxValue, out var count)
            ?? ReadInteger(parameters, "start_time", 0, MaxTime, out time)
            ?? ReadInteger(parameters, "start_sequence", 1, long.MaxValue, out sequence);
        if (error is null && (count ?? time ?? sequence) is null)
        {
            error = ParamFault.Missing("params", "at least one of count, start_time, start_sequence");
        }

        parsed = new ReplayParams((int?)count, time, sequence);
        return error;
    }

    private static string? ReadInteger(JsonElement parameters, string key, long min, long max, out long? value)
    {
        value = null;
        if (!ParamFault.TryGet(parameters, key, out var found))
        {
            return null;
        }

        if (found.ValueKind != JsonValueKind.Number || !found.TryGetInt64(out var number) || number < min || number > max)
        {
            return ParamFault.Of(key, found, $"an integer from {min} to {max}");
        }

        value = number;
        return null;
    }
}
