using Federation.Hocon;

namespace Federation.Actors.Configuration;

/// <summary>How a type of value is read, bounded and written.</summary>
/// <param name="expected">What faults and reference.conf say is expected.</param>
/// <param name="parse">Reads a value; false when it is of another type.</param>
/// <param name="accepts">Whether a value of the type is in range.</param>
/// <param name="write">Writes a value so that it can be read again.</param>
internal sealed class SettingKind<T>(string expected, SettingParser<T> parse, Func<T, bool> accepts, Func<T, string> write)
{
    internal string Expected { get; } = expected;

    /// <summary>Whether what was found is kept out of faults, since people put secrets where their names belong.</summary>
    internal bool Hidden { get; init; }

    /// <summary>Of a list of texts, which of them it accepts; null: the kind is not such a list.</summary>
    internal Func<string, bool>? AcceptsEntry { get; init; }

    internal bool TryRead(HoconNode node, out T value) => parse(node, out value) && accepts(value);

    internal bool Accepts(T value) => accepts(value);

    internal string Write(T value) => write(value);
}
