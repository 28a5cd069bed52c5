using System.Text.Json;
using System.Text.Unicode;
using Federation.Actors.Protocol;

namespace Federation.Actors.Requests;

internal static class ControlPayload
{
    // Inside an envelope; a result, inside a reply, has one level less.
    private const int MaxDepth = EnvelopeReader.MaxDepth - 1;

    internal const string ExpectedMethod = "a name of 1 to 128 characters without spaces";

    private const int MaxMethodLength = 128;

    private static readonly byte[] NoParameters = "{}"u8.ToArray();

    public static ReadOnlyMemory<byte> Request(string method, ReadOnlyMemory<byte> parameters) => ReplyPayload.Write(json =>
    {
        json.WriteString("method"u8, method);
        json.WritePropertyName("params"u8);
        json.WriteRawValue((parameters.IsEmpty ? NoParameters : parameters).Span);
    });

    /// <summary>A NATS service's answer as the payload of a reply: a reply is unchanged, any other JSON or text becomes a
    /// result.</summary>
    public static ReadOnlyMemory<byte> FromService(ReadOnlyMemory<byte> answer)
    {
        // First, because a JSON reader passes over broken text inside strings, and a peer must not get any.
        if (!Utf8.IsValid(answer.Span))
        {
            return ReplyPayload.Error(RequestErrors.InvalidReply, "the service has answered with bytes that are neither JSON nor text");
        }

        return IsOk(answer.Span) is not null && PayloadReader.IsJson(answer.Span, MaxDepth) ? answer
            : PayloadReader.IsJson(answer.Span, MaxDepth - 1) ? ReplyPayload.Ok(json => json.WriteRawValue(answer.Span))
            : ReplyPayload.Ok(json => json.WriteStringValue(answer.Span));
    }

    public static bool TryRead(ReadOnlyMemory<byte> payload, out ControlRequest? request, out string error)
    {
        request = null;
        if (!Utf8.IsValid(payload.Span))
        {
            error = "the payload is not UTF-8; expected an object with a method";
            return false;
        }

        try
        {
            var reader = new Utf8JsonReader(payload.Span, new JsonReaderOptions { MaxDepth = MaxDepth });
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
            error = payload.IsEmpty
                ? "there is no payload; expected an object with a method" : "the payload is not JSON; expected an object with a method";
            return false;
        }
    }

    public static string? MethodFault(string name) =>
        name.Length == 0 ? "is empty"
        : name.Length > MaxMethodLength ? $"has {name.Length} characters"
        : name.Any(static c => char.IsWhiteSpace(c) || char.IsControl(c) || char.IsSurrogate(c))
            ? "contains a space or another invalid character"
        : null;

    /// <summary>Null when the payload is not a reply.</summary>
    public static bool? IsOk(ReadOnlySpan<byte> reply) => PayloadReader.Text(reply, "status"u8) switch
    {
        ReplyStatuses.Ok => true,
        ReplyStatuses.Error => false,
        _ => null,
    };

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
                var name = reader.TokenType == JsonTokenType.String ? reader.GetString() : null;
                var fault = name is null ? $"is {Name(reader.TokenType)}" : MethodFault(name);
                method = fault is null ? name : null;
                error = fault is null ? "" : $"the method {fault}; expected {ExpectedMethod}";
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
        JsonTokenType.String => "a text",
        JsonTokenType.Number => "a number",
        JsonTokenType.True or JsonTokenType.False => "true or false",
        JsonTokenType.Null => "null",
        JsonTokenType.StartArray => "an array",
        JsonTokenType.StartObject => "an object",
        _ => "missing",
    };
}

internal sealed record ControlRequest(string Method, ReadOnlyMemory<byte> Parameters);
