using System.Globalization;
using System.Reflection;
using Federation.Hocon;

namespace Federation.Actors.Configuration;

/// <summary>How values of a setting are read, bounded and written.</summary>
/// <param name="Expected">What fault messages and the reference call it.</param>
/// <param name="Read">Reads a text; null when it is of another type.</param>
/// <param name="Accepts">Whether a value of the type is in range.</param>
/// <param name="Write">Writes a value so that it can be read again.</param>
/// <param name="IsList">Whether the setting is a list of such texts.</param>
/// <param name="IsHidden">Whether a wrong value is kept out of fault messages.</param>
internal sealed record SettingType(
    string Expected,
    Func<string, object?> Read,
    Func<object, bool> Accepts,
    Func<object, string> Write,
    bool IsList = false,
    bool IsHidden = false)
{
    /// <param name="property">The property that holds the setting.</param>
    /// <param name="initial">Its default.</param>
    internal static SettingType Of(PropertyInfo property, object initial)
    {
        var text = property.GetCustomAttribute<TextAttribute>();
        var range = property.GetCustomAttribute<RangeAttribute>();
        return initial switch
        {
            bool => new("true or false", ReadFlag, static _ => true, static value => value is true ? "true" : "false"),
            Enum => Choice(property.PropertyType),
            int => Ranged("an integer", range!, ReadInteger, static value => value.ToString(CultureInfo.InvariantCulture)),
            double => Ranged("a number", range!, ReadNumber, static value => value.ToString(CultureInfo.InvariantCulture)),
            TimeSpan => Ranged("a duration", range!, Units.ReadDuration, Units.Write),
            long => Ranged("a size", range!, Units.ReadSize, Units.Write),
            string start => new(
                text!.Expected,
                static text => text,
                value => (value is "" && (text.OrEmpty || start.Length == 0)) || text.Accepts((string)value),
                value => HoconWriter.Quote(text.Masked ? Redaction.OfUrls((string)value) : (string)value),
                IsHidden: text is VariableNameAttribute),
            _ => new(
                text!.Expected,
                static text => text,
                value => ((IReadOnlyList<string>)value).All(text.Accepts),
                static value => "[" + string.Join(", ", ((IReadOnlyList<string>)value).Select(HoconWriter.Quote)) + "]",
                IsList: true),
        };
    }

    /// <summary>Reads a value that is in range; null, and the place of what is not.</summary>
    internal object? TryRead(HoconNode node, string path, out SettingsFault? fault)
    {
        fault = null;
        if (IsList && node is HoconList list)
        {
            var wrong = list.Items.Select(static (item, i) => (Item: item, Index: i))
                .FirstOrDefault(entry => entry.Item is not HoconScalar scalar || !Accepts(new[] { scalar.Text }));
            if (wrong.Item is null)
            {
                return list.Items.Select(static item => ((HoconScalar)item).Text).ToArray();
            }

            fault = SettingsFault.Unexpected($"{path}[{wrong.Index}]", wrong.Item.Describe(), $"an entry of {Expected}");
            return null;
        }

        if (!IsList && node is HoconScalar text && Read(text.Text) is { } value && Accepts(value))
        {
            return value;
        }

        fault = Fault(path, node is HoconScalar ? null : node.Describe(), node.Describe);
        return null;
    }

    internal SettingsFault? Check(object? value, string path) =>
        value is not null && Accepts(value) ? null : Fault(path, value is null ? "null" : null, () => Write(value!));

    private SettingsFault Fault(string path, string? found, Func<string> shown) =>
        SettingsFault.Unexpected(path, found ?? (IsHidden ? "something that is none (not shown: it may be a secret)" : shown()), Expected);

    private static SettingType Ranged<T>(string noun, RangeAttribute range, Func<string, T?> read, Func<T, string> write)
        where T : struct, IComparable<T>
    {
        var (min, max) = (read(range.Min)!.Value, read(range.Max)!.Value);
        return new(
            $"{noun} from {range.Min} to {range.Max}",
            text => read(text),
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

    private static object? ReadFlag(string text) => text switch
    {
        "true" or "on" or "yes" => true,
        "false" or "off" or "no" => false,
        _ => null,
    };

    private static int? ReadInteger(string text) =>
        int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var value) ? value : null;

    private static double? ReadNumber(string text) =>
        double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var value) ? value : null;
}
