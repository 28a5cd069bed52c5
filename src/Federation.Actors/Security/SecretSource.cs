using System.Text;
using System.Text.Unicode;
using Microsoft.Extensions.Logging;

namespace Federation.Actors.Security;

/// <summary>Where a secret comes from: an environment variable, or a file that may change while the node runs.</summary>
/// <remarks>Thread-safe.</remarks>
internal sealed class SecretSource
{
    private static readonly char[] _blanks = ['\uFEFF', ' ', '\t', '\r', '\n'];

    private readonly string? _fixed;
    private readonly Reloaded<string>? _file;

    private SecretSource(string? value, Reloaded<string>? file)
    {
        _fixed = value;
        _file = file;
    }

    /// <summary>A variable, read once.</summary>
    public static SecretSource OfVariable(string variable, Func<string, string?> environment) =>
        new(variable.Length > 0 && environment(variable) is { Length: > 0 } value ? value : null, null);

    /// <summary>A variable that holds a token, read once and trimmed: a header value has no blanks around it.</summary>
    public static SecretSource OfToken(string variable, Func<string, string?> environment) =>
        OfVariable(variable, name => environment(name)?.Trim(_blanks));

    /// <summary>A file that holds the secret in UTF-8 and nothing else but blanks around it.</summary>
    /// <remarks>
    /// Read again once a second at most. While it is unreadable or empty, the last secret stays, which is logged once.
    /// </remarks>
    public static SecretSource OfFile(string path, ILogger logger, TimeProvider time) =>
        new(null, new Reloaded<string>([path], static contents => Secret(contents[0]), logger, time));

    /// <summary>The secret; null when there has never been one. The same instance until it changes.</summary>
    public string? Read() => _file is null ? _fixed : _file.Value;

    public static string Secret(byte[] content)
    {
        if (!Utf8.IsValid(content))
        {
            throw new InvalidDataException("it is not UTF-8");
        }

        var text = Encoding.UTF8.GetString(content).Trim(_blanks);
        return text.Length > 0 ? text : throw new InvalidDataException("it is empty");
    }
}
