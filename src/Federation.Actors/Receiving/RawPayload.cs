using System.Buffers;
using System.Buffers.Text;
using System.Text.Json;
using Federation.Actors.Protocol;

namespace Federation.Actors.Receiving;

/// <summary>Bytes that are not JSON, wrapped as a payload: <c>{"type":"raw_data","encoding":"base64","data":"..."}</c>, with keys in any
/// order.</summary>
/// <remarks>The encoding is <c>base64</c> or <c>utf8</c>, where the bytes are the text of <c>data</c> in UTF-8. Deployed peers omit it
/// for utf8. The last of duplicate keys counts.</remarks>
internal static class RawPayload
{
    /// <summary>What is published of a message: its payload, or the bytes wrapped in it where the port unwraps them.</summary>
    public static ReadOnlyMemory<byte> Body(EnvelopeBatch batch, in EnvelopeEntry entry, bool decodes)
    {
        if (decodes && batch.TryRaw(entry, out var bytes))
        {
            return bytes;
        }

        var payload = batch.Payload(entry);
        return decodes && Decode(payload.Span) is { } raw ? raw : payload;
    }

    /// <returns>Null without valid wrapped bytes.</returns>
    public static byte[]? Decode(ReadOnlySpan<byte> payload)
    {
        if (payload.IsEmpty || payload[0] != (byte)'{')
        {
            return null;
        }

        try
        {
            var reader = new Utf8JsonReader(payload);
            reader.Read();
            return Read(ref reader);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            // Not JSON, or half of a surrogate pair, which stands for no bytes.
            return null;
        }
    }

    private static byte[]? Read(ref Utf8JsonReader reader)
    {
        var isRaw = false;
        var isBase64 = false;
        var isKnown = true;
        Utf8JsonReader data = default;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (reader.ValueTextEquals("type"u8))
            {
                reader.Read();
                isRaw = Is(ref reader, "raw_data"u8);
            }
            else if (reader.ValueTextEquals("encoding"u8))
            {
                reader.Read();
                isBase64 = Is(ref reader, "base64"u8);
                isKnown = isBase64 || Is(ref reader, "utf8"u8);
            }
            else if (reader.ValueTextEquals("data"u8))
            {
                reader.Read();
                data = reader;
            }
            else
            {
                reader.Read();
            }

            reader.Skip();
        }

        return isRaw && isKnown && data.TokenType == JsonTokenType.String ? Bytes(ref data, isBase64) : null;
    }

    private static bool Is(ref Utf8JsonReader reader, ReadOnlySpan<byte> text) =>
        reader.TokenType == JsonTokenType.String && reader.ValueTextEquals(text);

    private static byte[]? Bytes(ref Utf8JsonReader data, bool isBase64)
    {
        // Escapes only ever get shorter.
        var text = new byte[data.ValueSpan.Length];
        var length = data.CopyString(text);
        if (isBase64)
        {
            // Blanks, which the library would pass over, are no part of the alphabet (RFC 4648 section 3.3).
            return !text.AsSpan(0, length).ContainsAny(" \t\r\n"u8)
                && Base64.DecodeFromUtf8InPlace(text.AsSpan(0, length), out length) == OperationStatus.Done ? text[..length] : null;
        }

        return length == text.Length ? text : text[..length];
    }
}
