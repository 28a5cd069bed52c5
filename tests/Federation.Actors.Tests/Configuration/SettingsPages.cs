using System.Text;
using System.Text.RegularExpressions;
using System.Xml.Linq;
using Federation.Actors.Configuration;
using Federation.Actors.Protocol;
using Federation.Hocon;

namespace Federation.Actors.Tests.Configuration;

/// <summary>
/// Writes hocon/reference.conf and config/CONFIGURATION.md from the settings records, their attributes and their documentation.
/// </summary>
internal static partial class SettingsPages
{
    private const int Width = 130;

    private const string Notation =
        "Durations: `500ms`, `10s`, `5m`, `1h`, `7d`; a number without a unit is in milliseconds. "
        + "Sizes: `4096`, `64KiB`, `1MiB`, `1GiB`; a number without a unit is in bytes. "
        + "Keys may contain `-` instead of `_`. `${?NAME}` is replaced by the environment variable `NAME`, if it is set. "
        + "Quote text that contains any of `: / # $ @ , { } [ ]`.";

    private static readonly Dictionary<string, XElement> Documentation =
        XDocument.Load(Path.ChangeExtension(typeof(FederationSettings).Assembly.Location, ".xml")).Descendants("member")
            .ToDictionary(static member => member.Attribute("name")!.Value, StringComparer.Ordinal);

    internal static string Reference()
    {
        var page = new StringBuilder();
        Comment(page, "", "Every setting of a federation node, with its default. A configuration needs only the settings that differ. " + Notation);
        page.Append("\nfederation {\n");
        Blocks(page, typeof(FederationSettings), "  ");
        return Plain(page.Append("}\n").ToString());
    }

    internal static string Manual()
    {
        var page = new StringBuilder("# Settings\n\n");
        page.Append("This page lists every setting of a node with its range and default.\n\n")
            .Append("[hocon/reference.conf](../hocon/reference.conf) contains the same list as a configuration file. ")
            .Append(Notation).Append("\n\nBoth files are generated from the settings records in `src/Federation.Actors/Settings`.\n");
        Table(page, typeof(FederationSettings), Setting.Root);
        return page.ToString();
    }

    private static void Blocks(StringBuilder page, Type record, string indent)
    {
        var (first, defaults) = (true, Activator.CreateInstance(record)!);
        foreach (var setting in Setting.Of(record))
        {
            page.Append(first ? "" : indent.TrimEnd() + "\n");
            first = false;
            Comment(page, indent, Text(setting));
            if (setting is { Block: { } block, IsList: false })
            {
                page.Append(indent).Append(setting.Key).Append(" {\n");
                Blocks(page, block, indent + "  ");
                page.Append(indent).Append("}\n");
                continue;
            }

            if (setting is { Block: { } item } && item != typeof(ComponentSettings))
            {
                Comment(page, indent, "Each block contains:");
                Blocks(page, item, indent + "#   ");
            }

            var value = Default(setting, defaults);
            Comment(page, indent, Facts(setting, value));
            page.Append(indent).Append(setting switch
            {
                { IsNamed: true } => $"{setting.Key} {{}}",
                { Key: Setting.Mode } => "# mode = server",
                _ => $"{setting.Key} = {value}",
            }).Append('\n');
        }
    }

    private static void Table(StringBuilder page, Type record, string path)
    {
        var (defaults, settings) = (Activator.CreateInstance(record)!, Setting.Of(record));
        page.Append("\n## ").Append(path).Append("\n\n");
        if (path is not Setting.Root)
        {
            page.Append(Summary($"T:{record.FullName}")).Append("\n\n");
        }

        page.Append("| setting | | expected | default |\n|---|---|---|---|\n");
        foreach (var setting in settings.Where(static setting => setting.Block is null || setting.IsList))
        {
            var value = setting.Key is Setting.Components or Setting.Mode ? "" : $"`{Default(setting, defaults)}`";
            page.Append("| `").Append(setting.Key).Append("` | ").Append(Text(setting).Replace("|", "\\|", StringComparison.Ordinal))
                .Append(" | ").Append(setting.Expected).Append(" | ").Append(value).Append(" |\n");
        }

        foreach (var setting in settings.Where(static setting => setting.Block is { } block && block != typeof(ComponentSettings)
            || setting.Key is Setting.ComponentDefaults))
        {
            Table(page, setting.Block!, $"{path}.{setting.Key}{(setting.IsNamed ? ".NAME" : setting.IsList ? "[]" : "")}");
        }
    }

    private static string Facts(Setting setting, string value) =>
        $"Expected: {setting.Expected}." + (setting.Key is Setting.Components or Setting.Mode ? "" : $" Default: {value}.");

    private static string Default(Setting setting, object defaults) => setting.Property.GetValue(defaults) switch
    {
        string id when string.Equals(id, NodeName.OfThisHost, StringComparison.Ordinal) => "\"\"",
        { } value when setting.Type is { } type => type.Write(value),
        _ => setting.IsNamed ? "{}" : "[]",
    };

    /// <summary>The documentation of the property, of the record that it holds, or of the values that it can have.</summary>
    private static string Text(Setting setting)
    {
        var (property, type) = (setting.Property, setting.Property.PropertyType);
        if (setting is { Block: { } block, IsList: false } && block != typeof(ComponentSettings))
        {
            return Summary($"T:{block.FullName}");
        }

        var text = Summary($"P:{property.DeclaringType!.FullName}.{property.Name}");
        var choices = type.IsEnum
            ? Enum.GetNames(type).Select(name =>
                $"`{Setting.Spell(name)}`: {Uncapitalized(Summary($"F:{type.FullName}.{name}").TrimEnd('.'))}")
            : [];
        return string.Join(' ', choices.Any() ? [text, string.Join("; ", choices) + "."] : [text]);
    }

    private static string Summary(string member)
    {
        var documentation = Documentation[member];
        var text = string.Concat(documentation.Elements().Where(static element => element.Name.LocalName is "summary" or "remarks")
            .SelectMany(static element => element.Nodes().Append(new XText(" "))).Select(Words));
        var single = Blanks().Replace(text, " ").Trim();
        return member[0] is 'T' ? PathOfBlock().Replace(single, ".") : single;
    }

    private static string Words(XNode node) => node switch
    {
        XText text => text.Value,
        XElement { Name.LocalName: "see" } see => $"`{Setting.Spell(see.Attribute("cref")!.Value.Split('.')[^1])}`",
        XElement element => $"`{element.Value}`",
        _ => "",
    };

    private static string Uncapitalized(string text) => char.ToLowerInvariant(text[0]) + text[1..];

    private static void Comment(StringBuilder page, string indent, string text) => Wrap(page, indent + "# ", text);

    private static void Wrap(StringBuilder page, string indent, string text)
    {
        var line = indent;
        foreach (var word in text.Split(' '))
        {
            if (line.Length + word.Length > Width && line.Length > indent.Length)
            {
                page.Append(line.TrimEnd()).Append('\n');
                line = indent;
            }

            line += word + " ";
        }

        page.Append(line.TrimEnd()).Append('\n');
    }

    private static string Plain(string text) => text.Replace("`", "", StringComparison.Ordinal);

    [GeneratedRegex(@"\s+", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Blanks();

    /// <summary>Where the block stands, which a heading says already.</summary>
    [GeneratedRegex(@": `[a-zA-Z_.\[\]]+`\.", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex PathOfBlock();
}
