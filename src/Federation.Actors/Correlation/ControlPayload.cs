using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;
using Federation.Actors.Messages;

namespace Federation.Actors.Correlation;

/// <summary>Reads and writes the payloads of requests and replies. Stateless.</summary>
internal static class ControlPayload
{
    private const int MaxMethodLength = 128;

    /// <summary>What a method is, for messages.</summary>
    internal const string ExpectedMethod = "a name of 1 to 128 characters without blanks";

    private static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
    private static readonly byte[] NoParameters = "{}"u8.ToArray();

    /// <summary>Writes <c>{"method":…,"params":…}</c>.</summary>
    /// <param name="method">What is asked.</param>
    /// <param name="parameters">JSON; empty means <c>{}</c>.</param>
    public static ReadOnlyMemory<byte> Request(string method, ReadOnlyMemory<byte> parameters) => Write(json =>
    {
        json.WriteString("method"u8, method);
        json.WritePropertyName("params"u8);
        json.WriteRawValue((parameters.IsEmpty ? NoParameters : parameters).Span);
    });

    /// <summary>Writes <c>{"status":"ok","result":…}</c>.</summary>
    /// <param name="result">Writes one JSON value.</param>
    public static ReadOnlyMemory<byte> Ok(Action<Utf8JsonWriter> result) => Write(json =>
    {
        json.WriteString("status"u8, "ok"u8);
        json.WritePropertyName("result"u8);
        result(json);
    });

    /// <summary>Writes <c>{"status":"error","error":{"code":…,"message":…}}</c>.</summary>
    public static ReadOnlyMemory<byte> Error(string code, string message) => Write(json =>
    {
        json.WriteString("status"u8, "error"u8);
        json.WriteStartObject("error"u8);
        json.WriteString("code"u8, code);
        json.WriteString("message"u8, message);
        json.WriteEndObject();
    });

    /// <summary>What a NATS service has answered, as the payload of a reply: a reply stays what it is, any other JSON or text becomes a result.</summary>
    public static ReadOnlyMemory<byte> FromService(ReadOnlyMemory<byte> answer)
    {
        if (IsReply(answer.Span))
        {
            return answer;
        }

        return IsJson(answer.Span) ? Ok(json => json.WriteRawValue(answer.Span))
            : System.Text.Unicode.Utf8.IsValid(answer.Span) ? Ok(json => json.WriteStringValue(answer.Span))
            : Error(RequestErrors.InvalidReply, "the service has answered with bytes that are neither JSON nor text");
    }

    /// <summary>Reads a request.</summary>
    /// <param name="payload">Any bytes.</param>
    /// <param name="request">What is asked; its parameters stand in <paramref name="payload"/>.</param>
    /// <param name="error">What was found and what was expected; empty when there is a request.</param>
    public static bool TryRead(ReadOnlyMemory<byte> payload, out ControlRequest? request, out string error)
    {
        request = null;
        try
        {
            var reader = new Utf8JsonReader(payload.Span);
            if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject)
            {
                error = $"the payload is {Name(reader.TokenType)}; expected an object with a method";
                return false;
            }

            error = ReadMembers(ref reader, payload, out request);
            return error.Length == 0;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            request = null;
            error = payload.IsEmpty ? "there is no payload; expected an object with a method" : "the payload is not JSON; expected an object with a method";
            return false;
        }
    }

    /// <summary>Whether a reply's payload reports success, an error, or is no reply.</summary>
    /// <returns>True, false, or null.</returns>
    public static bool? IsOk(ReadOnlySpan<byte> reply)
    {
        try
        {
            var reader = new Utf8JsonReader(reply);
            if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject)
            {
                return null;
            }

            bool? ok = null;
            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                var isStatus = reader.ValueTextEquals("status"u8);
                reader.Read();
                if (isStatus)
                {
                    ok = reader.TokenType != JsonTokenType.String ? null : reader.ValueTextEquals("ok"u8) ? true : reader.ValueTextEquals("error"u8) ? false : null;
                }

                reader.Skip();
            }

            return ok;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            return null;
        }
    }

    /// <summary>Whether it can name a method.</summary>
    public static bool IsMethod(string name) =>
        name.Length is > 0 and <= MaxMethodLength && !name.Any(static c => char.IsWhiteSpace(c) || char.IsControl(c) || char.IsSurrogate(c));

    private static bool IsReply(ReadOnlySpan<byte> payload) => IsOk(payload) is not null && IsJson(payload);

    private static bool IsJson(ReadOnlySpan<byte> payload)
    {
        try
        {
            var reader = new Utf8JsonReader(payload);
            while (reader.Read())
            {
                // To the end: the reader throws at what is wrong.
            }

            return !payload.IsEmpty;
        }
        catch (JsonException)
        {
            return false;
        }
    }

    private static string ReadMembers(ref Utf8JsonReader reader, ReadOnlyMemory<byte> payload, out ControlRequest? request)
    {
        string? method = null;
        var error = "the method is missing; expected " + ExpectedMethod;
        ReadOnlyMemory<byte> parameters = NoParameters;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (reader.ValueTextEquals("method"u8))
            {
                reader.Read();
                method = reader.TokenType == JsonTokenType.String && reader.GetString() is { } name && IsMethod(name) ? name : null;
                error = method is null ? $"the method is {Name(reader.TokenType)}; expected {ExpectedMethod}" : "";
                reader.Skip();
                continue;
            }

            var isParameters = reader.ValueTextEquals("params"u8);
            reader.Read();
            var start = (int)reader.TokenStartIndex;
            reader.Skip();
            if (isParameters)
            {
                parameters = payload[start..(int)reader.BytesConsumed];
            }
        }

        // One more read refuses what follows the object.
        reader.Read();
        request = method is null ? null : new ControlRequest(method, parameters);
        return error;
    }

    private static string Name(JsonTokenType token) => token switch
    {
        JsonTokenType.String => "a text that is none",
        JsonTokenType.Number => "a number",
        JsonTokenType.True or JsonTokenType.False => "true or false",
        JsonTokenType.Null => "null",
        JsonTokenType.StartArray => "an array",
        JsonTokenType.StartObject => "an object",
        _ => "missing",
    };

    private static ReadOnlyMemory<byte> Write(Action<Utf8JsonWriter> members)
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
