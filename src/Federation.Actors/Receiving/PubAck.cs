using System.Buffers;
using System.Text.Json;
using Federation.Actors.Protocol;

namespace Federation.Actors.Receiving;

internal readonly record struct PubAck(PubAckOutcome Outcome, string Error, NackReason Reason = NackReason.PublishFailed)
{
    public static PubAck Stored { get; } = new(PubAckOutcome.Stored, "");

    public static PubAck NoResponders { get; } = new(PubAckOutcome.NotNow, "no stream has the subject");

    /// <summary>Reads <c>{"stream":"S","seq":1}</c>, perhaps with <c>"duplicate":true</c>, or <c>{"error":{...}}</c>.</summary>
    /// <seealso href="https://docs.nats.io/reference/reference-protocols/nats_api_reference"/>
    public static PubAck Read(in ReadOnlySequence<byte> payload)
    {
        try
        {
            var reader = new Utf8JsonReader(payload);
            var hasSequence = false;
            reader.Read();
            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                if (reader.ValueTextEquals("seq"u8))
                {
                    // Beside an error it means nothing, and the error may stand behind it.
                    reader.Read();
                    hasSequence = reader.TokenType == JsonTokenType.Number;
                }
                else if (reader.ValueTextEquals("error"u8))
                {
                    reader.Read();
                    return ReadError(ref reader);
                }

                reader.Skip();
            }

            if (hasSequence)
            {
                return Stored;
            }
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            // Said below.
        }

        return new PubAck(PubAckOutcome.NotNow, "the answer on the subject is not from a stream");
    }

    private static PubAck ReadError(ref Utf8JsonReader reader)
    {
        var (code, detail, text) = (0, 0, "");
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (reader.ValueTextEquals("code"u8))
            {
                reader.Read();
                reader.TryGetInt32(out code);
            }
            else if (reader.ValueTextEquals("err_code"u8))
            {
                reader.Read();
                reader.TryGetInt32(out detail);
            }
            else if (reader.ValueTextEquals("description"u8))
            {
                reader.Read();
                text = reader.GetString() ?? "";
            }
            else
            {
                reader.Skip();
            }
        }

        // When the store is full, trying again at once would only wait.
        var outcome = code == 503
            && detail is not (NatsErrors.StoreFailed or NatsErrors.InsufficientResources) ? PubAckOutcome.NotNow : PubAckOutcome.Refused;
        return new PubAck(outcome, text.Length > 0 ? text : "JetStream refuses it without a reason");
    }
}

internal enum PubAckOutcome
{
    Pending,

    /// <summary>Stored now, or before: the repeat was dropped.</summary>
    Stored,

    /// <summary>Not stored at present, to be retried: no leader, no responders, no answer.</summary>
    NotNow,

    Refused,
}
