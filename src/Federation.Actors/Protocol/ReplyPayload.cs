using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Federation.Actors.Protocol;

internal static class ReplyPayload
{
    private static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Writes <c>{"status":"ok","result":…}</c>.</summary>
    public static ReadOnlyMemory<byte> Ok(Action<Utf8JsonWriter> result) => Write(json =>
    {
        json.WriteString("status"u8, ReplyStatuses.Ok);
        json.WritePropertyName("result"u8);
        result(json);
    });

    public static ReadOnlyMemory<byte> OkObject(Action<Utf8JsonWriter> members) => Ok(json =>
    {
        json.WriteStartObject();
        members(json);
        json.WriteEndObject();
    });

    /// <summary>Writes <c>{"status":"error","error":{"code":…,"message":…}}</c>.</summary>
    public static ReadOnlyMemory<byte> Error(string code, string message) => Write(json =>
    {
        json.WriteString("status"u8, ReplyStatuses.Error);
        json.WriteStartObject("error"u8);
        json.WriteString("code"u8, code);
        json.WriteString("message"u8, message);
        json.WriteEndObject();
    });

    public static ReadOnlyMemory<byte> Write(Action<Utf8JsonWriter> members)
    {
        var output = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(output, Options))
        {
            json.WriteStartObject();
            members(json);
            json.WriteEndObject();
        }

        return output.WrittenMemory;
    }
}

internal static class ReplyStatuses
{
    public const string Ok = "ok";
    public const string Error = "error";

    /// <summary>Only in the metric: the request has ended, by a timeout or an earlier reply.</summary>
    public const string Late = "late";

    /// <summary>Only in the metric: there was no such request.</summary>
    public const string Unknown = "unknown";
}
