using System.Text.Json;
using System.Text.Unicode;

namespace Federation.Actors.Protocol;

/// <summary>Finds the parts of an envelope in its bytes, without copying or allocating. Thread-safe.</summary>
/// <remarks>Key order is free, the last of duplicate keys counts, unknown keys and the timestamp are ignored; protocol page, section
/// "Envelope". JSON is RFC 8259 as System.Text.Json reads it.</remarks>
internal static class EnvelopeReader
{
    public const int MaxDepth = 64;

    private static readonly JsonReaderOptions Options = new() { MaxDepth = MaxDepth };

    /// <returns>False for invalid UTF-8, anything but a JSON object, too deep nesting, a missing, empty or non-string <c>type</c>, an
    /// <c>id</c> or <c>subject</c> that is neither a string nor null, or a <c>via</c> that is not an array of node ids without escapes.
    /// Never throws, whatever the bytes.</returns>
    public static bool TryRead(ReadOnlySpan<byte> json, int origin, out EnvelopeEntry entry)
    {
        entry = new EnvelopeEntry { Length = json.Length };
        if (!Utf8.IsValid(json))
        {
            return false;
        }

        try
        {
            var reader = new Utf8JsonReader(json, Options);
            return reader.Read() && reader.TokenType == JsonTokenType.StartObject && ReadMembers(ref reader, origin, ref entry);
        }
        catch (JsonException)
        {
            return false;
        }
        catch (InvalidOperationException)
        {
            // A key or type that escapes half of a surrogate pair: grammatical JSON, but not text.
            return false;
        }
    }

    private static bool ReadMembers(ref Utf8JsonReader reader, int origin, ref EnvelopeEntry entry)
    {
        // The last of duplicate keys decides, so no key is judged before the object has ended.
        var hasType = false;
        var idFits = true;
        var viaFits = true;
        var subjectFits = true;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (reader.ValueTextEquals("payload"u8))
            {
                reader.Read();
                var start = (int)reader.TokenStartIndex;
                reader.Skip();
                entry.PayloadOffset = origin + start;
                entry.PayloadLength = (int)reader.BytesConsumed - start;
            }
            else if (reader.ValueTextEquals("id"u8))
            {
                idFits = ReadText(ref reader, origin, out entry.IdOffset, out entry.IdLength);
            }
            else if (reader.ValueTextEquals("type"u8))
            {
                reader.Read();
                hasType = reader.TokenType == JsonTokenType.String && !reader.ValueSpan.IsEmpty;
                if (hasType)
                {
                    entry.Type = ReadType(ref reader);
                }

                reader.Skip();
            }
            else if (reader.ValueTextEquals("via"u8))
            {
                viaFits = ReadVia(ref reader, origin, ref entry);
            }
            else if (reader.ValueTextEquals("subject"u8))
            {
                subjectFits = ReadText(ref reader, origin, out entry.SubjectOffset, out entry.SubjectLength);
            }
            else if (reader.ValueTextEquals("traceparent"u8))
            {
                // Whatever it holds, the envelope is one: a trace is nothing that a message may be lost for.
                reader.Read();
                entry.TraceOffset = reader.TokenType == JsonTokenType.String
                    && TraceParent.IsValid(reader.ValueSpan) ? origin + (int)reader.TokenStartIndex + 1 : 0;
                reader.Skip();
            }
            else
            {
                reader.Read();
                reader.Skip();
            }
        }

        // One more read makes the reader refuse anything that follows the object.
        return !reader.Read() && hasType && idFits && viaFits && subjectFits;
    }

    /// <summary>The place of a text between its quotes; 0 when it is null or empty.</summary>
    private static bool ReadText(ref Utf8JsonReader reader, int origin, out int offset, out int length)
    {
        reader.Read();
        offset = 0;
        length = 0;
        if (reader.TokenType == JsonTokenType.Null)
        {
            return true;
        }

        if (reader.TokenType != JsonTokenType.String)
        {
            reader.Skip();
            return false;
        }

        // An empty text stands nowhere, as a missing one does: every offset that is not 0 belongs to bytes, and moves with them.
        length = reader.ValueSpan.Length;
        offset = length > 0 ? origin + (int)reader.TokenStartIndex + 1 : 0;
        return true;
    }

    private static bool ReadVia(ref Utf8JsonReader reader, int origin, ref EnvelopeEntry entry)
    {
        reader.Read();
        if (reader.TokenType != JsonTokenType.StartArray)
        {
            reader.Skip();
            return false;
        }

        var start = (int)reader.TokenStartIndex;
        var fits = true;
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            fits &= reader.TokenType == JsonTokenType.String && ViaIds.IsId(reader.ValueSpan);
            reader.Skip();
        }

        entry.ViaOffset = origin + start;
        entry.ViaLength = (int)reader.BytesConsumed - start;
        return fits;
    }

    private static EnvelopeType ReadType(ref Utf8JsonReader reader)
    {
        if (!reader.ValueIsEscaped)
        {
            return EnvelopeTypes.Parse(reader.ValueSpan);
        }

        // The longest known name has 7 letters, and each may be written as \uXXXX; what is longer is none of them.
        const int LongestEscapedName = 7 * 6;
        if (reader.ValueSpan.Length > LongestEscapedName)
        {
            return EnvelopeType.Unknown;
        }

        foreach (var type in (ReadOnlySpan<EnvelopeType>)[EnvelopeType.Data,
            EnvelopeType.Request, EnvelopeType.Reply, EnvelopeType.Ack, EnvelopeType.Nack, EnvelopeType.Slow])
        {
            if (reader.ValueTextEquals(EnvelopeTypes.Name(type)))
            {
                return type;
            }
        }

        return EnvelopeType.Unknown;
    }
}
