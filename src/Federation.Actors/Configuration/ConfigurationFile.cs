using System.Security;
using Federation.Hocon;

namespace Federation.Actors.Configuration;

internal static class ConfigurationFile
{
    private const int MaxIncludes = 8;

    internal static (string Text, SettingsFault? Fault) Read(string path)
    {
        try
        {
            return (File.ReadAllText(path), null);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            return ("", new SettingsFault(path, "file not found, expected a configuration file"));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException
            or NotSupportedException or SecurityException)
        {
            return ("", new SettingsFault(path, "found an unreadable file, expected a configuration file"));
        }
    }

    /// <summary><c>include "other.conf"</c> is relative to the including file.</summary>
    /// <exception cref="HoconSyntaxException">The text is not HOCON.</exception>
    internal static HoconMap Parse(string text, string path, Func<string, string?> environment) =>
        new HoconResolver(ParseRaw(text, path, depth: 0), environment).Resolve();

    /// <summary>A text without a file cannot include one.</summary>
    /// <exception cref="HoconSyntaxException">The text is not HOCON.</exception>
    internal static HoconMap ParseText(string text, string name, Func<string, string?> environment) =>
        new HoconResolver(HoconParser.Parse(text, name, origin: null, static _ => null), environment).Resolve();

    private static HoconMap ParseRaw(string text, string path, int depth) => HoconParser.Parse(text, Path.GetFileName(path), null, file =>
    {
        var included = Path.Combine(Path.GetDirectoryName(Path.GetFullPath(path)) ?? "", file);
        return depth < MaxIncludes && Read(included) is (var content, null) ? ParseRaw(content, included, depth + 1) : null;
    });
}
