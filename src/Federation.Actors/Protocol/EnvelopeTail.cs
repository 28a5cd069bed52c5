using System.Buffers;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Unicode;

namespace Federation.Actors.Protocol;

/// <summary>Writes an envelope, from its timestamp on, for a message of the bus. JSON is written as it is; other text and bytes are
/// wrapped as <c>raw_data</c>.</summary>
internal static class EnvelopeTail
{
    private static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <param name="via">The nodes that the message has passed, as a JSON array.</param>
    public static ArrayBufferWriter<byte> Write(
        string subject, bool showsSubject, string via, ReadOnlyMemory<byte> payload, string? traceParent = null)
    {
        var output = new ArrayBufferWriter<byte>(payload.Length + 128);
        if (showsSubject)
        {
            output.Write(",\"subject\":\""u8);
            output.Write(JsonEncodedText.Encode(subject, JavaScriptEncoder.UnsafeRelaxedJsonEscaping).EncodedUtf8Bytes);
            output.Write("\""u8);
        }

        if (traceParent is not null)
        {
            output.Write(",\"traceparent\":\""u8);
            Encoding.ASCII.GetBytes(traceParent, output);
            output.Write("\""u8);
        }

        output.Write(",\"via\":"u8);
        Encoding.ASCII.GetBytes(via, output);
        output.Write(",\"payload\":"u8);
        if (PayloadReader.IsJson(payload.Span, EnvelopeReader.MaxDepth - 1))
        {
            output.Write(payload.Span);
        }
        else
        {
            WriteRaw(output, subject, payload.Span);
        }

        output.Write("}"u8);
        return output;
    }

    private static void WriteRaw(ArrayBufferWriter<byte> output, string subject, ReadOnlySpan<byte> payload)
    {
        using var json = new Utf8JsonWriter(output, Options);
        json.WriteStartObject();
        json.WriteString("type"u8, "raw_data"u8);
        json.WriteString("subject"u8, subject);
        if (Utf8.IsValid(payload))
        {
            json.WriteString("encoding"u8, "utf8"u8);
            json.WriteString("data"u8, payload);
        }
        else
        {
            json.WriteString("encoding"u8, "base64"u8);
            json.WriteBase64String("data"u8, payload);
        }

        json.WriteEndObject();
    }
}
