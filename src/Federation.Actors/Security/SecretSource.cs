using System.Text;
using System.Text.Unicode;
using Microsoft.Extensions.Logging;

namespace Federation.Actors.Security;

/// <summary>A secret in an environment variable, which is read once, or in a file that may change. Thread-safe.</summary>
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

    public static SecretSource OfVariable(string variable, Func<string, string?> environment) =>
        new(variable.Length > 0 && environment(variable) is { Length: > 0 } value ? value : null, null);

    /// <summary>Trimmed: a header value has no blanks around it.</summary>
    public static SecretSource OfToken(string variable, Func<string, string?> environment) =>
        OfVariable(variable, name => environment(name)?.Trim(_blanks));

    /// <summary>A file with the secret in UTF-8, perhaps with blanks around it.</summary>
    /// <remarks>Read once a second at most. While it is unreadable or empty, the last secret stays, which is logged once.</remarks>
    /// <param name="isRevocable">True: the secret ends when the file is deleted or empty.</param>
    public static SecretSource OfFile(string path, ILogger logger, TimeProvider time, bool isRevocable = false) =>
        new(null, new Reloaded<string>([path], static contents => Secret(contents[0]), logger, time) { IsRevocable = isRevocable });

    /// <summary>Null for a variable, which does not change.</summary>
    public IReloaded? File => _file;

    /// <summary>Null when there has never been a secret, or it is revoked. The same instance until it changes.</summary>
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
