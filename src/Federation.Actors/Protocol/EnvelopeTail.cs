using System.Buffers;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Federation.Actors.Protocol;

/// <summary>Writes an envelope, from its timestamp on, for a message of the bus. JSON is written as it is; other text and bytes are
/// wrapped as <c>raw_data</c>.</summary>
internal static class EnvelopeTail
{
    /// <param name="via">The nodes that the message has passed, as a JSON array.</param>
    public static ArrayBufferWriter<byte> Write(
        string subject, bool showsSubject, string via, ReadOnlyMemory<byte> payload, string? traceParent = null)
    {
        var output = new ArrayBufferWriter<byte>(payload.Length + 128);
        if (showsSubject)
        {
            output.Write(",\"subject\":\""u8);
            output.Write(Quoted(subject));
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
            RawData.Write(output, Quoted(subject), payload.Span);
        }

        output.Write("}"u8);
        return output;
    }

    private static ReadOnlySpan<byte> Quoted(string subject) =>
        JsonEncodedText.Encode(subject, JavaScriptEncoder.UnsafeRelaxedJsonEscaping).EncodedUtf8Bytes;
}
