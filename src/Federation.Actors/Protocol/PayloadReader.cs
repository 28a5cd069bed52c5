using System.Text.Json;
using System.Text.Unicode;

namespace Federation.Actors.Protocol;

/// <summary>Reads single facts from payloads. Never throws, whatever the bytes.</summary>
internal static class PayloadReader
{
    /// <summary>Whether the bytes are one JSON value, in UTF-8 and nested no deeper than <paramref name="maxDepth"/>.</summary>
    public static bool IsJson(ReadOnlySpan<byte> payload, int maxDepth)
    {
        // A JSON reader does not check the UTF-8 inside strings.
        if (payload.IsEmpty || !Utf8.IsValid(payload))
        {
            return false;
        }

        try
        {
            var reader = new Utf8JsonReader(payload, new JsonReaderOptions { MaxDepth = maxDepth });
            while (reader.Read())
            {
                // To the end: the reader throws at the first fault.
            }

            return true;
        }
        catch (JsonException)
        {
            return false;
        }
    }

    /// <summary>The text of a member of an object, of duplicates the last; null when there is none.</summary>
    public static string? Text(ReadOnlySpan<byte> payload, ReadOnlySpan<byte> key)
    {
        try
        {
            var reader = new Utf8JsonReader(payload);
            string? text = null;
            if (!payload.IsEmpty && reader.Read() && reader.TokenType == JsonTokenType.StartObject)
            {
                while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
                {
                    var isKey = reader.ValueTextEquals(key);
                    reader.Read();
                    text = !isKey ? text : reader.TokenType == JsonTokenType.String ? reader.GetString() : null;
                    reader.Skip();
                }
            }

            return text;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            return null;
        }
    }
}
