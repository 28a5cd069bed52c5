using System.Globalization;

namespace Federation.Actors.Configuration;

/// <summary>Durations and sizes of HOCON; a bare number is milliseconds, or bytes.</summary>
internal static class Units
{
    private static readonly Dictionary<string, double> TicksPer = Table(
        (TimeSpan.TicksPerMillisecond, ["", "ms", "milli", "millis", "millisecond", "milliseconds"]),
        (TimeSpan.TicksPerSecond, ["s", "second", "seconds"]),
        (TimeSpan.TicksPerMinute, ["m", "minute", "minutes"]),
        (TimeSpan.TicksPerHour, ["h", "hour", "hours"]),
        (TimeSpan.TicksPerDay, ["d", "day", "days"]),
        (TimeSpan.TicksPerMicrosecond, ["us", "micro", "micros", "microsecond", "microseconds"]),
        (0.01, ["ns", "nano", "nanos", "nanosecond", "nanoseconds"]));

    private static readonly Dictionary<string, double> BytesPer = Table(
        (1, ["", "B", "b", "byte", "bytes"]),
        (1e3, ["kB", "kilobyte", "kilobytes"]),
        (1e6, ["MB", "megabyte", "megabytes"]),
        (1e9, ["GB", "gigabyte", "gigabytes"]),
        (1L << 10, ["K", "k", "Ki", "KiB", "kibibyte", "kibibytes"]),
        (1L << 20, ["M", "m", "Mi", "MiB", "mebibyte", "mebibytes"]),
        (1L << 30, ["G", "g", "Gi", "GiB", "gibibyte", "gibibytes"]));

    private static readonly (long Amount, string Unit)[] Durations =
    [
        (TimeSpan.TicksPerDay, "d"), (TimeSpan.TicksPerHour, "h"), (TimeSpan.TicksPerMinute, "m"),
        (TimeSpan.TicksPerSecond, "s"), (TimeSpan.TicksPerMillisecond, "ms"), (TimeSpan.TicksPerMicrosecond, "us"),
    ];

    private static readonly (long Amount, string Unit)[] Sizes = [(1L << 30, "GiB"), (1L << 20, "MiB"), (1L << 10, "KiB")];

    internal static TimeSpan? ReadDuration(string text) => Read(text, TicksPer) is { } ticks ? TimeSpan.FromTicks((long)ticks) : null;

    /// <returns>Null unless the text is a whole number of bytes.</returns>
    internal static long? ReadSize(string text) => Read(text, BytesPer) is { } bytes && bytes == (long)bytes ? (long)bytes : null;

    internal static string Write(TimeSpan duration) => Write(duration.Ticks, Durations) ?? $"{duration.TotalMilliseconds}ms";

    internal static string Write(long bytes) => Write(bytes, Sizes) ?? $"{bytes}";

    private static string? Write(long value, (long Amount, string Unit)[] units)
    {
        var (amount, unit) = Array.Find(units, unit => value % unit.Amount == 0 && value >= unit.Amount);
        return amount == 0 ? null : $"{value / amount}{unit}";
    }

    private static double? Read(string text, Dictionary<string, double> units)
    {
        var trimmed = text.AsSpan().Trim();
        var digits = trimmed.LastIndexOfAnyInRange('0', '9') + 1;

        // Past 2^62 a conversion to a whole number could wrap round; nothing that is configured comes near.
        return double.TryParse(trimmed[..digits], NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var value)
            && units.TryGetValue(trimmed[digits..].Trim().ToString(), out var factor) && value * factor < (1L << 62)
                ? value * factor
                : null;
    }

    private static Dictionary<string, double> Table(params IEnumerable<(double Factor, string[] Names)> rows) =>
        rows.SelectMany(static row => row.Names.Select(name => (name, row.Factor))).ToDictionary(StringComparer.Ordinal);
}
