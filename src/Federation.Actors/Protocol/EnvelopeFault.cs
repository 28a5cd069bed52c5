using System.Globalization;
using System.Text;
using System.Text.Json;

namespace Federation.Actors.Protocol;

/// <summary>Describes, for the log, why a message is not an envelope or has an unknown type.</summary>
/// <remarks>Reads the message a second time, slowly; <see cref="EnvelopeReader"/> decides. Where this finds no fault it reports that.
/// Never throws, whatever the bytes.</remarks>
internal static class EnvelopeFault
{
    private const int ExcerptLength = 60;

    private static readonly JsonReaderOptions Options = new() { MaxDepth = EnvelopeReader.MaxDepth };

    /// <summary>The fault and its byte, from 0, such as <c>id is a number at byte 12, expected a string</c>.</summary>
    public static string Describe(ReadOnlySpan<byte> message)
    {
        if (message.IsEmpty)
        {
            return "the message is empty";
        }

        if (message.StartsWith(Encoding.UTF8.Preamble))
        {
            return "a byte order mark at byte 0, expected {";
        }

        if (InvalidAt(message) is { } invalid)
        {
            return $"invalid UTF-8 at byte {invalid}";
        }

        var reader = new Utf8JsonReader(message, Options);
        try
        {
            return DescribeObject(ref reader);
        }
        catch (JsonException failure)
        {
            return DescribeSyntax(message, failure, (int)reader.BytesConsumed, reader.CurrentDepth);
        }
        catch (InvalidOperationException)
        {
            return $"an unpaired surrogate is escaped at byte {reader.TokenStartIndex}";
        }
    }

    /// <summary>The first 60 characters; those that could change how a log or a terminal shows the line become <c>\uXXXX</c>.</summary>
    public static string Excerpt(ReadOnlySpan<byte> message) => Safe(message, ExcerptLength);

    private static string Safe(ReadOnlySpan<byte> message, int length)
    {
        var text = new StringBuilder();
        for (var count = 0; !message.IsEmpty; count++)
        {
            if (count == length)
            {
                return text.Append("...").ToString();
            }

            Rune.DecodeFromUtf8(message, out var rune, out var taken);
            message = message[taken..];
            if (Rune.GetUnicodeCategory(rune) is UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.LineSeparator
                or UnicodeCategory.ParagraphSeparator or UnicodeCategory.PrivateUse or UnicodeCategory.OtherNotAssigned)
            {
                text.Append("\\u").Append(rune.Value.ToString("X4", CultureInfo.InvariantCulture));
            }
            else
            {
                text.Append(rune.ToString());
            }
        }

        return text.ToString();
    }

    private static int? InvalidAt(ReadOnlySpan<byte> message)
    {
        for (var at = 0; at < message.Length;)
        {
            if (Rune.DecodeFromUtf8(message[at..], out _, out var taken) != System.Buffers.OperationStatus.Done)
            {
                return at;
            }

            at += taken;
        }

        return null;
    }

    private static string DescribeObject(ref Utf8JsonReader reader)
    {
        reader.Read();
        if (reader.TokenType != JsonTokenType.StartObject)
        {
            return $"{Kind(reader.TokenType)} at byte {reader.TokenStartIndex}, expected an object";
        }

        // The last of duplicate keys decides.
        string? type = "type is missing";
        string? id = null;
        string? subject = null;
        string? via = null;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (reader.ValueTextEquals("type"u8))
            {
                type = DescribeType(ref reader);
            }
            else if (reader.ValueTextEquals("id"u8))
            {
                id = DescribeText(ref reader, "id");
            }
            else if (reader.ValueTextEquals("subject"u8))
            {
                subject = DescribeText(ref reader, "subject");
            }
            else if (reader.ValueTextEquals("via"u8))
            {
                reader.Read();
                via = reader.TokenType == JsonTokenType.StartArray
                    ? $"via at byte {reader.TokenStartIndex}"
                    : $"via is {Kind(reader.TokenType)} at byte {reader.TokenStartIndex}, expected an array of node ids";
                reader.Skip();
            }
            else
            {
                reader.Read();
                reader.Skip();
            }
        }

        reader.Read();
        return type ?? id ?? subject ?? (via is null ? "nothing is wrong with it"
            : via.StartsWith("via is", StringComparison.Ordinal) ? via : $"{via} contains a text that is not a node id");
    }

    private static string? DescribeType(ref Utf8JsonReader reader)
    {
        reader.Read();
        var at = reader.TokenStartIndex;
        if (reader.TokenType != JsonTokenType.String)
        {
            var kind = Kind(reader.TokenType);
            reader.Skip();
            return $"type is {kind} at byte {at}, expected a string";
        }

        if (reader.ValueSpan.IsEmpty)
        {
            return $"type is empty at byte {at}";
        }

        var name = reader.GetString() ?? "";
        return EnvelopeTypes.Parse(Encoding.UTF8.GetBytes(name)) == EnvelopeType.Unknown ? $"unknown type at byte {at}" : null;
    }

    private static string? DescribeText(ref Utf8JsonReader reader, string key)
    {
        reader.Read();
        var at = reader.TokenStartIndex;
        if (reader.TokenType is JsonTokenType.String or JsonTokenType.Null)
        {
            return null;
        }

        var kind = Kind(reader.TokenType);
        reader.Skip();
        return $"{key} is {kind} at byte {at}, expected a string";
    }

    private static string DescribeSyntax(ReadOnlySpan<byte> message, JsonException failure, int consumed, int depth)
    {
        var at = ByteOf(message, failure);
        var rest = at < message.Length ? message[at..] : default;
        if (at >= message.Length)
        {
            return $"the message ends at byte {message.Length} inside its JSON";
        }

        if (rest.StartsWith("NaN"u8) || rest.StartsWith("Infinity"u8) || rest.StartsWith("-Infinity"u8) || (
            rest.StartsWith("Infinity"u8[..1]) && message[..at].EndsWith("-"u8)))
        {
            return $"NaN or Infinity at byte {at}, expected a JSON value";
        }

        if (depth >= EnvelopeReader.MaxDepth - 1 && rest[0] is (byte)'[' or (byte)'{')
        {
            return $"nested deeper than {EnvelopeReader.MaxDepth} at byte {at}";
        }

        return depth == 0 && consumed > 0
            ? $"{message.Length - at} trailing bytes at byte {at}, expected the end of the message"
            : $"not JSON at byte {at}: {Sentence(failure.Message)}";
    }

    private static int ByteOf(ReadOnlySpan<byte> message, JsonException failure)
    {
        var line = failure.LineNumber ?? 0;
        var start = 0;
        for (; line > 0 && message[start..].IndexOf((byte)'\n') is >= 0 and var end; line--)
        {
            start += end + 1;
        }

        return (int)Math.Min(message.Length, start + (failure.BytePositionInLine ?? 0));
    }

    /// <summary>The first sentence, which may quote one character of the message.</summary>
    private static string Sentence(string text)
    {
        var end = text.IndexOf(" LineNumber:", StringComparison.Ordinal);
        return Safe(Encoding.UTF8.GetBytes((end < 0 ? text : text[..end]).TrimEnd('.')), int.MaxValue);
    }

    private static string Kind(JsonTokenType token) => token switch
    {
        JsonTokenType.StartObject => "an object",
        JsonTokenType.StartArray => "an array",
        JsonTokenType.String => "a string",
        JsonTokenType.Number => "a number",
        JsonTokenType.True or JsonTokenType.False => "a boolean",
        _ => "null",
    };
}
