using System.Globalization;
using System.Text.RegularExpressions;
using Federation.Actors.Configuration;

namespace Federation.Actors.Host.Converting;

/// <summary>Durations of component documents (https://pkg.go.dev/time#ParseDuration).</summary>
internal static partial class GoDuration
{
    private const long TicksPerDay = TimeSpan.TicksPerDay;

    /// <summary>As HOCON: <c>1m30s</c> becomes <c>90s</c>; a bare number is nanoseconds.</summary>
    /// <returns>Null without a valid duration.</returns>
    public static string? Convert(string text)
    {
        const double LongestDays = 36500;
        double ticks = 0;
        if (double.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var nanoseconds))
        {
            ticks = nanoseconds / TimeSpan.NanosecondsPerTick;
        }
        else if (Whole().Match(text) is { Success: true } match)
        {
            foreach (var (number, unit) in match.Groups["number"].Captures.Zip(match.Groups["unit"].Captures))
            {
                ticks += double.Parse(number.Value, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture) * Ticks(unit.Value);
            }
        }
        else
        {
            return null;
        }

        return ticks is >= 0 and < LongestDays * TicksPerDay ? Units.Write(TimeSpan.FromTicks((long)Math.Round(ticks))) : null;
    }

    private static double Ticks(string unit) => unit switch
    {
        "h" => TimeSpan.TicksPerHour,
        "m" => TimeSpan.TicksPerMinute,
        "s" => TimeSpan.TicksPerSecond,
        "ms" => TimeSpan.TicksPerMillisecond,
        "ns" => 1.0 / TimeSpan.NanosecondsPerTick,
        _ => TimeSpan.TicksPerMicrosecond,
    };

    [GeneratedRegex(
        @"^((?<number>[0-9]+(\.[0-9]*)?|\.[0-9]+)(?<unit>h|ms|m|s|us|\u00B5s|\u03BCs|ns))+$",
        RegexOptions.ExplicitCapture,
        matchTimeoutMilliseconds: 1000)]
    private static partial Regex Whole();
}
