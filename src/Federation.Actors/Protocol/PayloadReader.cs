using System.Text.Json;
using System.Text.Unicode;

namespace Federation.Actors.Protocol;

/// <summary>Reads single values of payloads. Never throws, whatever the bytes.</summary>
internal static class PayloadReader
{
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

    /// <summary>The text of an object's member, the last one of duplicates; null when there is none.</summary>
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
