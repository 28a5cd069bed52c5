using System.Globalization;
using System.Text;

namespace Federation.Hocon;

/// <summary>Writes HOCON that every HOCON parser can read; values are written as JSON.</summary>
public static class HoconWriter
{
    /// <summary>Returns the path of these keys, with quotes where they are required.</summary>
    public static string Path(params IEnumerable<string> keys) => string.Join('.', keys.Select(Key));

    /// <summary>Returns a path extended by one key.</summary>
    public static string Join(string path, string key) => path.Length == 0 ? Key(key) : $"{path}.{Key(key)}";

    /// <summary>Returns a text in quotes, with escapes, also for control characters and surrogates.</summary>
    public static string Quote(string text)
    {
        var quoted = new StringBuilder(text.Length + 2).Append('"');
        foreach (var c in text)
        {
            _ = c switch
            {
                '"' or '\\' => quoted.Append('\\').Append(c),
                '\n' => quoted.Append("\\n"),
                '\r' => quoted.Append("\\r"),
                '\t' => quoted.Append("\\t"),
                _ when char.IsControl(c) || char.IsSurrogate(c) || c is '\u2028' or '\u2029' =>
                    quoted.Append(CultureInfo.InvariantCulture, $"\\u{(int)c:x4}"),
                _ => quoted.Append(c),
            };
        }

        return quoted.Append('"').ToString();
    }

    /// <summary>Returns a resolved value on one line as JSON, except that numbers and flags are in quotes.</summary>
    /// <exception cref="ArgumentException">The value contains a reference.</exception>
    public static string Value(HoconNode node) => node switch
    {
        HoconMap map => "{" + string.Join(", ", map.Entries.Select(entry => $"{Quote(entry.Key)}: {Value(entry.Value)}")) + "}",
        HoconList list => "[" + string.Join(", ", list.Items.Select(Value)) + "]",
        HoconScalar { IsNull: true } => "null",
        HoconScalar scalar => Quote(scalar.Text),
        _ => throw new ArgumentException("Only a resolved value can be written.", nameof(node)),
    };

    private static string Key(string key) =>
        key.Length > 0 && key.All(c => char.IsAsciiLetterOrDigit(c) || c is '_' or '-') ? key : Quote(key);
}
