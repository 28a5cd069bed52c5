using System.Diagnostics.CodeAnalysis;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;

namespace Federation.Actors.Sending;

/// <summary>Reads the parameters of the built-in methods; protocol page, section "Control plane". Unknown keys are ignored.</summary>
internal static class MethodParams
{
    public const string Unit = "msg/sec";

    /// <summary>The error for a string with half of a surrogate pair, which JSON allows.</summary>
    public const string NoText = "params: a string with an unpaired surrogate; expected text";

    // A peer needs to recognize what it sent, not to get all of it back.
    private const int MostShown = 60;

    public static bool TryRead<T>(
        Func<JsonElement, T> read, JsonElement parameters, [NotNullWhen(true)] out T? result, [NotNullWhen(false)] out string? error)
        where T : class
    {
        try
        {
            (result, error) = (read(parameters), null);
            return true;
        }
        catch (InvalidParamsException e)
        {
            (result, error) = (null, e.Message);
        }
        catch (InvalidOperationException)
        {
            (result, error) = (null, NoText);
        }

        return false;
    }

    public static InvalidParamsException Wrong(string place, JsonElement found, string expected) =>
        new(found.ValueKind == JsonValueKind.Undefined
            ? $"{place}: missing; expected {expected}" : $"{place}: {Shown(found)}; expected {expected}");

    public static void RequireObject(string place, JsonElement found, string expected = "an object")
    {
        if (found.ValueKind != JsonValueKind.Object)
        {
            throw Wrong(place, found, expected);
        }
    }

    /// <summary>Null counts as absent.</summary>
    public static bool TryGet(JsonElement parameters, string key, out JsonElement value) =>
        parameters.TryGetProperty(key, out value) && value.ValueKind != JsonValueKind.Null;

    public static string Shown(JsonElement found) => Cut(JsonMarshal.GetRawUtf8Value(found));

    public static string Cut(string name) => Cut(Encoding.UTF8.GetBytes(name));

    private static string Cut(ReadOnlySpan<byte> raw)
    {
        var isCut = raw.Length > MostShown;
        var end = isCut ? MostShown : raw.Length;
        while (isCut && (raw[end] & 0xC0) == 0x80)
        {
            end--;
        }

        return Encoding.UTF8.GetString(raw[..end]).ReplaceLineEndings(" ") + (isCut ? "..." : "");
    }
}

/// <summary>The message is the error for the peer.</summary>
internal sealed class InvalidParamsException(string message) : Exception(message);

/// <param name="RateLimit">Messages per second, more than 0 and finite; 0 pauses; null lifts the limit.</param>
internal sealed record BackpressureParams(double? RateLimit)
{
    public static BackpressureParams Read(JsonElement parameters)
    {
        MethodParams.RequireObject("params", parameters);
        if (MethodParams.TryGet(parameters, "unit", out var unit) && (
            unit.ValueKind != JsonValueKind.String || !unit.ValueEquals(MethodParams.Unit)))
        {
            throw MethodParams.Wrong("unit", unit, $"\"{MethodParams.Unit}\"");
        }

        parameters.TryGetProperty("rate_limit", out var limit);
        return limit.ValueKind == JsonValueKind.Null ? new BackpressureParams(RateLimit: null)
            : limit.ValueKind == JsonValueKind.Number && limit.TryGetDouble(out var rate)
                && rate >= 0 && double.IsFinite(rate) ? new BackpressureParams(rate)
            : throw MethodParams.Wrong("rate_limit", limit, "a number above 0, 0 to pause, or null to remove the limit");
    }
}

/// <summary>All given bounds apply; at least one is given.</summary>
/// <param name="Count">The latest messages; from 1.</param>
/// <param name="StartTime">Unix milliseconds, to the end of the year 9999; older messages are excluded.</param>
/// <param name="StartSequence">From 1; lower sequence numbers are excluded.</param>
internal sealed record ReplayParams(int? Count, long? StartTime, long? StartSequence)
{
    // The last millisecond that a DateTimeOffset can hold.
    private const long MaxTime = 253_402_300_799_999;

    public static ReplayParams Read(JsonElement parameters)
    {
        MethodParams.RequireObject("params", parameters);
        var read = new ReplayParams(
            (int?)Integer(parameters, "count", 1, int.MaxValue), Integer(parameters, "start_time", 0, MaxTime), Integer(
                parameters, "start_sequence", 1, long.MaxValue));
        return (read.Count ?? read.StartTime ?? read.StartSequence) is not null ? read
            : throw MethodParams.Wrong("params", default, "at least one of count, start_time, start_sequence");
    }

    private static long? Integer(JsonElement parameters, string key, long min, long max) =>
        !MethodParams.TryGet(parameters, key, out var found) ? null
        : found.ValueKind == JsonValueKind.Number && found.TryGetInt64(out var number) && number >= min && number <= max ? number
        : throw MethodParams.Wrong(key, found, $"an integer from {min} to {max}");
}

/// <param name="MaxRate">Messages per second; null: no limit.</param>
internal sealed record AnnounceParams(double? MaxRate, MessageFilter Types)
{
    private const string Place = "capabilities.message_types";

    public static AnnounceParams Read(JsonElement parameters)
    {
        JsonElement capabilities = default;
        _ = parameters.ValueKind == JsonValueKind.Object && parameters.TryGetProperty("capabilities", out capabilities);
        MethodParams.RequireObject("capabilities", capabilities);
        return new AnnounceParams(Rate(capabilities), MessageTypes(capabilities));
    }

    private static double? Rate(JsonElement capabilities) =>
        !MethodParams.TryGet(capabilities, "max_rate", out var found) ? null
        : found.ValueKind == JsonValueKind.Number && found.TryGetDouble(out var rate) && rate > 0 && double.IsFinite(rate) ? rate
        : throw MethodParams.Wrong("capabilities.max_rate", found, "messages per second, above 0");

    private static MessageFilter MessageTypes(JsonElement capabilities)
    {
        if (!MethodParams.TryGet(capabilities, "message_types", out var found))
        {
            return MessageFilter.All;
        }

        if (found.ValueKind != JsonValueKind.Array || found.EnumerateArray().Any(static type => type.ValueKind != JsonValueKind.String))
        {
            throw MethodParams.Wrong(Place, found, "a list of texts");
        }

        // The same as a subscription to them, with the same bounds.
        using var filter = JsonDocument.Parse("""{"filter":{"path":"$.type","operator":"in","value":""" + found.GetRawText() + "}}");
        return MethodParams.TryRead(SubscribeParams.Read, filter.RootElement, out var types, out var error)
            ? types : throw new InvalidParamsException($"{Place}: {error}");
    }
}
