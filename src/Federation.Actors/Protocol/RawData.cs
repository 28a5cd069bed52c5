using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Unicode;

namespace Federation.Actors.Protocol;

/// <summary>
/// Wraps bytes that are no JSON for their envelope: <c>{"type":"raw_data","subject":"...","encoding":"base64","data":"..."}</c>, or
/// <c>utf8</c>. Stateless.
/// </summary>
internal static class RawData
{
    private static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <param name="output">Gets the JSON.</param>
    /// <param name="subject">As it stands between the quotes of JSON.</param>
    /// <param name="bytes">What is wrapped.</param>
    public static void Write(IBufferWriter<byte> output, ReadOnlySpan<byte> subject, ReadOnlySpan<byte> bytes)
    {
        output.Write("{\"type\":\"raw_data\",\"subject\":\""u8);
        output.Write(subject);
        var isText = Utf8.IsValid(bytes);
        output.Write(isText ? "\",\"encoding\":\"utf8\",\"data\":"u8 : "\",\"encoding\":\"base64\",\"data\":"u8);
        using (var json = new Utf8JsonWriter(output, Options))
        {
            if (isText)
            {
                json.WriteStringValue(bytes);
            }
            else
            {
                json.WriteBase64StringValue(bytes);
            }
        }

        output.Write("}"u8);
    }
}
