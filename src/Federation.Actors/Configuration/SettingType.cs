using System.Globalization;
using System.Reflection;
using Federation.Hocon;

namespace Federation.Actors.Configuration;

/// <summary>How values of a setting are read, bounded and written.</summary>
/// <param name="Parse">Null for a text of another type.</param>
internal sealed record SettingType(string Expected, Func<string, object?> Parse, Func<object, bool> Accepts, Func<object, string> Write)
{
    private const string Secret = "an invalid name (not shown because it may be a secret)";

    private bool IsList { get; init; }

    /// <summary>True when fault messages must not show a wrong value.</summary>
    private bool IsHidden { get; init; }

    internal static SettingType Of(PropertyInfo property, object initial)
    {
        var text = property.GetCustomAttribute<TextAttribute>();
        var range = property.GetCustomAttribute<RangeAttribute>();
        return initial switch
        {
            bool => new("true or false", ParseFlag, static _ => true, static value => value is true ? "true" : "false"),
            Enum => Choice(property.PropertyType),
            int => Ranged("an integer", range!, ParseInteger, static value => value.ToString(CultureInfo.InvariantCulture)),
            double => Ranged("a number", range!, ParseNumber, static value => value.ToString(CultureInfo.InvariantCulture)),
            TimeSpan => Ranged("a duration", range!, Units.ReadDuration, Units.Write),
            long => Ranged("a size", range!, Units.ReadSize, Units.Write),
            string start => new(
                text!.Expected,
                static text => text,
                value => (value is "" && (text.OrEmpty || start.Length == 0)) || text.Accepts((string)value),
                value => HoconWriter.Quote(text.Masked ? Redaction.OfUrls((string)value) : (string)value))
            {
                IsHidden = text is VariableNameAttribute,
            },
            _ => new(
                text!.Expected,
                static text => text,
                value => ((IReadOnlyList<string>)value).All(text.Accepts),
                static value => $"[{string.Join(", ", ((IReadOnlyList<string>)value).Select(HoconWriter.Quote))}]")
            {
                IsList = true,
            },
        };
    }

    internal object? Read(HoconNode node, string path, out SettingsFault? fault)
    {
        fault = null;
        if (IsList && node is HoconList list)
        {
            for (var i = 0; i < list.Items.Count && fault is null; i++)
            {
                fault = list.Items[i] is HoconScalar item && Accepts(new[] { item.Text })
                    ? null
                    : SettingsFault.Unexpected($"{path}[{i}]", list.Items[i].Describe(), $"an entry of {Expected}");
            }

            return fault is null ? list.Items.Select(static item => ((HoconScalar)item).Text).ToArray() : null;
        }

        if (!IsList && node is HoconScalar text && Parse(text.Text) is { } value && Accepts(value))
        {
            return value;
        }

        fault = node is HoconScalar ? Unexpected(path, node.Describe()) : SettingsFault.Unexpected(path, node.Describe(), Expected);
        return null;
    }

    internal SettingsFault Unexpected(string path, string found) => SettingsFault.Unexpected(path, IsHidden ? Secret : found, Expected);

    private static SettingType Ranged<T>(string noun, RangeAttribute range, Func<string, T?> parse, Func<T, string> write)
        where T : struct, IComparable<T>
    {
        var (min, max) = (parse(range.Min)!.Value, parse(range.Max)!.Value);
        return new(
            $"{noun} from {range.Min} to {range.Max}",
            text => parse(text),
            value => ((T)value).CompareTo(min) >= 0 && ((T)value).CompareTo(max) <= 0,
            value => write((T)value));
    }

    private static SettingType Choice(Type type)
    {
        var names = Enum.GetNames(type).ToDictionary(Setting.Spell, name => Enum.Parse(type, name), StringComparer.Ordinal);
        return new(
            string.Join(" or ", names.Keys),
            text => names.GetValueOrDefault(text.Replace('-', '_')),
            value => Enum.IsDefined(type, value),
            static value => Setting.Spell(value.ToString()!));
    }

    private static object? ParseFlag(string text) => text switch
    {
        "true" or "on" or "yes" => true,
        "false" or "off" or "no" => false,
        _ => null,
    };

    private static int? ParseInteger(string text) =>
        int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var value) ? value : null;

    private static double? ParseNumber(string text) =>
        double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var value) ? value : null;
}
