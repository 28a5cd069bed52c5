using System.Globalization;
using Federation.Hocon;

namespace Federation.Actors.Configuration;

/// <summary>The types a setting can have.</summary>
internal static class SettingKinds
{
    internal static SettingKind<bool> Flag { get; } = new(
        "true or false",
        (HoconNode node, out bool value) =>
        {
            var text = (node as HoconScalar)?.Text;
            value = text is "true" or "on" or "yes";
            return value || text is "false" or "off" or "no";
        },
        static _ => true,
        value => value ? "true" : "false");

    internal static SettingKind<int> Integer(int min, int max) => new(
        string.Create(CultureInfo.InvariantCulture, $"an integer from {min} to {max}"),
        (HoconNode node, out int value) =>
        {
            value = 0;
            return node is HoconScalar scalar
                && int.TryParse(scalar.Text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out value);
        },
        value => value >= min && value <= max,
        value => value.ToString(CultureInfo.InvariantCulture));

    internal static SettingKind<double> Number(double min, double max) => new(
        string.Create(CultureInfo.InvariantCulture, $"a number from {min} to {max}"),
        (HoconNode node, out double value) =>
        {
            value = 0;
            return node is HoconScalar scalar && double.TryParse(scalar.Text, NumberStyles.Float, CultureInfo.InvariantCulture, out value);
        },
        value => value >= min && value <= max,
        value => value.ToString(CultureInfo.InvariantCulture));

    internal static SettingKind<TimeSpan> Duration(TimeSpan min, TimeSpan max) => new(
        $"a duration from {Units.Write(min)} to {Units.Write(max)}",
        (HoconNode node, out TimeSpan value) =>
        {
            value = default;
            return node is HoconScalar scalar && Units.TryReadDuration(scalar.Text, out value);
        },
        value => value >= min && value <= max,
        Units.Write);

    internal static SettingKind<long> Size(long min, long max) => new(
        $"a size from {Units.Write(min)} to {Units.Write(max)}",
        (HoconNode node, out long value) =>
        {
            value = 0;
            return node is HoconScalar scalar && Units.TryReadSize(scalar.Text, out value);
        },
        value => value >= min && value <= max,
        Units.Write);

    internal static SettingKind<string> Text(string expected, Func<string, bool> accepts) => new(
        expected, TryReadText, accepts, HoconWriter.Quote);

    /// <summary>Text whose credentials are masked wherever it is shown.</summary>
    internal static SettingKind<string> Url(string expected, Func<string, bool> accepts) => new(
        expected, TryReadText, accepts, text => HoconWriter.Quote(Redaction.OfUrls(text)));

    /// <summary>Text that names an environment variable, or is empty.</summary>
    internal static SettingKind<string> VariableName { get; } = new(
        "the name of an environment variable", TryReadText, SettingTexts.IsVariableNameOrEmpty, HoconWriter.Quote)
    {
        Hidden = true,
    };

    internal static SettingKind<IReadOnlyList<string>> TextList(string expected, Func<string, bool> accepts) => new(
        expected,
        (HoconNode node, out IReadOnlyList<string> value) =>
        {
            var scalars = (node as HoconList)?.Items.OfType<HoconScalar>().ToList() ?? [];
            value = scalars.ConvertAll(scalar => scalar.Text);
            return node is HoconList list && list.Items.Count == scalars.Count;
        },
        value => value.All(accepts),
        value => "[" + string.Join(", ", value.Select(HoconWriter.Quote)) + "]")
    {
        AcceptsEntry = accepts,
    };

    internal static SettingKind<T> Choice<T>()
        where T : struct, Enum
    {
        var values = Enum.GetValues<T>().ToDictionary(Spelling, StringComparer.Ordinal);
        return new(
            string.Join(" or ", values.Keys),
            (HoconNode node, out T value) =>
            {
                value = default;
                return node is HoconScalar scalar && values.TryGetValue(scalar.Text.Replace('-', '_'), out value);
            },
            Enum.IsDefined,
            Spelling);
    }

    /// <summary>The way an enum's value is spelled in a configuration: <c>DropOldest</c> is <c>drop_oldest</c>.</summary>
    internal static string Spelling<T>(T value)
        where T : struct, Enum
        => string.Concat(value.ToString().Select((c, i) =>
            char.IsAsciiLetterUpper(c) && i > 0 ? $"_{char.ToLowerInvariant(c)}" : char.ToLowerInvariant(c).ToString()));

    private static bool TryReadText(HoconNode node, out string value)
    {
        value = (node as HoconScalar)?.Text ?? "";
        return node is HoconScalar;
    }
}
