using System.Globalization;

namespace Federation.Actors.Configuration;

/// <summary>Durations and sizes as HOCON writes them; a bare number is milliseconds, or bytes.</summary>
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

    private static readonly (long Ticks, string Unit)[] DurationUnits =
    [
        (TimeSpan.TicksPerDay, "d"), (TimeSpan.TicksPerHour, "h"), (TimeSpan.TicksPerMinute, "m"),
        (TimeSpan.TicksPerSecond, "s"), (TimeSpan.TicksPerMillisecond, "ms"), (TimeSpan.TicksPerMicrosecond, "us"),
    ];

    private static readonly (long Bytes, string Unit)[] SizeUnits = [(1L << 30, "GiB"), (1L << 20, "MiB"), (1L << 10, "KiB")];

    internal static bool TryReadDuration(string text, out TimeSpan duration)
    {
        var read = TryRead(text, TicksPer, out var ticks);
        duration = read ? TimeSpan.FromTicks((long)ticks) : default;
        return read;
    }

    internal static bool TryReadSize(string text, out long bytes)
    {
        var read = TryRead(text, BytesPer, out var size);
        bytes = (long)size;
        return read && size == bytes;
    }

    internal static string Write(TimeSpan duration)
    {
        var (ticks, unit) = Array.Find(DurationUnits, unit => duration.Ticks % unit.Ticks == 0 && duration.Ticks >= unit.Ticks);
        return ticks == 0
            ? string.Create(CultureInfo.InvariantCulture, $"{duration.TotalMilliseconds}ms")
            : string.Create(CultureInfo.InvariantCulture, $"{duration.Ticks / ticks}{unit}");
    }

    internal static string Write(long bytes)
    {
        var (size, unit) = Array.Find(SizeUnits, unit => bytes % unit.Bytes == 0 && bytes >= unit.Bytes);
        return size == 0
            ? bytes.ToString(CultureInfo.InvariantCulture)
            : string.Create(CultureInfo.InvariantCulture, $"{bytes / size}{unit}");
    }

    private static bool TryRead(string text, Dictionary<string, double> units, out double value)
    {
        var trimmed = text.AsSpan().Trim();
        var digits = trimmed.LastIndexOfAnyInRange('0', '9') + 1;
        var unit = trimmed[digits..].Trim().ToString();

        // Past 2^62 a conversion to a whole number could wrap round; nothing that is configured comes near.
        return double.TryParse(trimmed[..digits], NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out value)
            && units.TryGetValue(unit, out var factor)
            && (value *= factor) < (1L << 62);
    }

    private static Dictionary<string, double> Table(params ReadOnlySpan<(double Factor, string[] Names)> rows)
    {
        var table = new Dictionary<string, double>(StringComparer.Ordinal);
        foreach (var (factor, names) in rows)
        {
            foreach (var name in names)
            {
                table.Add(name, factor);
            }
        }

        return table;
    }
}
