using Federation.Hocon;

namespace Federation.Actors.Host.Commands;

internal static class TagOption
{
    public static IEnumerable<SettingsFault> Faults(IEnumerable<string> tags) =>
        tags.Where(static tag => tag.IndexOf('=', StringComparison.Ordinal) <= 0)
            .Select(static tag => SettingsFault.Unexpected("--tag", HoconWriter.Quote(tag), "a key and a value, such as region=eu"));
}
