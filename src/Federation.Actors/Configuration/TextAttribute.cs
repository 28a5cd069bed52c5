using System.Globalization;
using System.Reflection;
using Federation.Actors.Protocol;

namespace Federation.Actors.Configuration;

/// <summary>The valid form of a text, or of each text of a list. A text with an empty default may be empty.</summary>
[AttributeUsage(AttributeTargets.Property)]
internal class TextAttribute(string expected, Func<string, bool> accepts) : Attribute
{
    public TextAttribute(string expected, string accepts)
        : this(expected, Method(accepts).CreateDelegate<Func<string, bool>>())
    {
    }

    internal string Expected { get; } = expected;

    internal Func<string, bool> Accepts { get; } = accepts;

    public bool Masked { get; init; }

    /// <summary>True when the text may be empty although its default is not.</summary>
    public bool OrEmpty { get; init; }

    private static MethodInfo Method(string name) => typeof(SettingTexts).GetMethod(name, BindingFlags.Static | BindingFlags.NonPublic)!;
}

[AttributeUsage(AttributeTargets.Property)]
internal sealed class HostAttribute() : TextAttribute("an IP address or a host name", SettingTexts.IsHost);

[AttributeUsage(AttributeTargets.Property)]
internal sealed class NodeNameAttribute(string expected = "a name of 1 to 64 of A-Za-z0-9_-") : TextAttribute(expected, NodeName.IsValid);

[AttributeUsage(AttributeTargets.Property)]
internal sealed class FilePathAttribute(string holds = "") : TextAttribute("the path of a file", SettingTexts.Any)
{
    internal string Holds { get; } = holds;
}

/// <summary>A wrong value is not shown: secrets are mistaken for the names of their variables.</summary>
[AttributeUsage(AttributeTargets.Property)]
internal sealed class VariableNameAttribute(string holds)
    : TextAttribute("the name of an environment variable", SettingTexts.IsVariableName)
{
    internal string Holds { get; } = holds;
}

/// <summary>The bounds of a setting, written as in a configuration.</summary>
[AttributeUsage(AttributeTargets.Property)]
internal sealed class RangeAttribute(object min, object max) : Attribute
{
    internal string Min { get; } = Convert.ToString(min, CultureInfo.InvariantCulture)!;

    internal string Max { get; } = Convert.ToString(max, CultureInfo.InvariantCulture)!;
}
