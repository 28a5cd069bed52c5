using Federation.Actors.Configuration;
using Federation.Hocon;

namespace Federation.Actors.Host.Commands;

internal static class PatienceOption
{
    private static readonly TimeSpan Longest = TimeSpan.FromDays(1);

    /// <summary>A bare number is milliseconds in a configuration, and likely meant as seconds on a command line: it is refused.</summary>
    /// <returns>Null without a duration.</returns>
    public static TimeSpan? Read(string option, string? text, string example, List<SettingsFault> faults)
    {
        if (text is null)
        {
            return null;
        }

        if (text.Length > 0 && char.IsAsciiLetter(text[^1])
            && Units.ReadDuration(text) is { } duration && duration > TimeSpan.Zero && duration <= Longest)
        {
            return duration;
        }

        faults.Add(SettingsFault.Unexpected(
            option, HoconWriter.Quote(text), $"a duration with a unit, above 0 and no longer than a day, such as {example}"));
        return null;
    }
}
