using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using Federation.Actors.Sending;

namespace Federation.Actors.Host.Commands;

/// <summary>Filters of a command line: <c>PATH=VALUE</c>, or another operator of the method <c>subscribe</c>.</summary>
internal static partial class TapFilter
{
    public const string Expected =
        "PATH=VALUE, PATH exists, or one of != > >= < <= in contains between the two, such as '$.severity>=warning'";

    public static bool TryParse(string text, [NotNullWhen(true)] out MessageFilter? filter, [NotNullWhen(false)] out string? error)
    {
        filter = null;
        if (Condition().Match(text) is not { Success: true } match)
        {
            error = "found no operator";
            return false;
        }

        var path = match.Groups["path"].Value;
        var name = match.Groups["operator"].Value;
        var value = match.Groups["value"].Value;
        var json = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(json))
        {
            writer.WriteStartObject();
            writer.WriteStartObject("filter"u8);
            writer.WriteString("path"u8, path.StartsWith('$') ? path : path.StartsWith('[') ? "$" + path : "$." + path);
            writer.WriteString("operator"u8, name is "=" ? "==" : name);
            if (value.Length > 0 || name is not "exists")
            {
                writer.WritePropertyName("value"u8);
                Write(writer, value);
            }

            writer.WriteEndObject();
            writer.WriteEndObject();
        }

        using var document = JsonDocument.Parse(json.WrittenMemory);
        return MethodParams.TryRead(SubscribeParams.Read, document.RootElement, out filter, out error);
    }

    private static void Write(Utf8JsonWriter writer, string value)
    {
        try
        {
            using var document = JsonDocument.Parse(Encoding.UTF8.GetBytes(value));
            document.RootElement.WriteTo(writer);
        }
        catch (JsonException)
        {
            writer.WriteStringValue(value);
        }
    }

    [GeneratedRegex(
        """^\s*(?<path>(\[('[^']*'|"[^"]*"|[0-9]+)\]|[^\s=!<>\[])+)\s*"""
            + """((?<operator>==|!=|>=|<=|=|>|<)|(?<=\s)(?<operator>in|contains|exists)(?=\s|\[|$))\s*(?<value>.*?)\s*$""",
        RegexOptions.ExplicitCapture | RegexOptions.Singleline,
        matchTimeoutMilliseconds: 1000)]
    private static partial Regex Condition();
}
