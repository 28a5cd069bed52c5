using System.Buffers.Text;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Federation.Actors.Protocol;

/// <summary>Writes envelopes in the exact forms of the protocol page: no spaces, one key order.</summary>
/// <remarks>Each call appends one text to the buffer. Ids are written as they were between their quotes, so that an id is echoed byte for
/// byte. Timestamps are Unix milliseconds.</remarks>
internal static class EnvelopeWriter
{
    // Longest decimal a long can be.
    private const int MaxDigits = 20;

    private static readonly JsonWriterOptions PayloadOptions = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static void WriteAck(OutboundBuffer output, ReadOnlySpan<byte> id, long timestamp)
    {
        WriteHead(output, "{\"type\":\"ack\",\"id\":\""u8, id, timestamp);
        Append(output, "}"u8);
        output.EndMessage();
    }

    public static void WriteNack(OutboundBuffer output, ReadOnlySpan<byte> id, long timestamp, NackReason reason, string error)
    {
        WriteHead(output, "{\"type\":\"nack\",\"id\":\""u8, id, timestamp);
        Append(output, ",\"payload\":"u8);
        using (var json = new Utf8JsonWriter(output, PayloadOptions))
        {
            json.WriteStartObject();
            json.WriteString("reason"u8, NackReasons.Name(reason));
            json.WriteString("error"u8, error);
            json.WriteEndObject();
        }

        Append(output, "}"u8);
        output.EndMessage();
    }

    public static void WriteSlow(OutboundBuffer output, ReadOnlySpan<byte> id, long timestamp, SlowNotice notice)
    {
        WriteHead(output, "{\"type\":\"slow\",\"id\":\""u8, id, timestamp);
        Append(output, ",\"payload\":"u8);
        using (var json = new Utf8JsonWriter(output, PayloadOptions))
        {
            json.WriteStartObject();
            json.WriteNumber("queue_depth"u8, notice.Depth);
            json.WriteNumber("queue_capacity"u8, notice.Capacity);
            json.WriteNumber("utilization"u8, Math.Round(notice.Utilization, 4));
            json.WriteNumber("threshold"u8, notice.Threshold);
            json.WriteEndObject();
        }

        Append(output, "}"u8);
        output.EndMessage();
    }

    /// <summary><paramref name="payload"/> is any JSON and is copied as it is.</summary>
    public static void WriteData(OutboundBuffer output, ReadOnlySpan<byte> id, long timestamp, ReadOnlySpan<byte> payload) =>
        Write(output, "{\"type\":\"data\",\"id\":\""u8, id, timestamp, payload);

    public static void WriteMessage(OutboundBuffer output, OutboundMessage message, long timestamp)
    {
        var prefix = message.Source.Prefix;
        Span<byte> id = stackalloc byte[prefix.Length + MaxDigits];
        prefix.CopyTo(id);
        Utf8Formatter.TryFormat(message.Number, id[prefix.Length..], out var digits);
        WriteHead(output, "{\"type\":\"data\",\"id\":\""u8, id[..(prefix.Length + digits)], timestamp);
        Append(output, message.Tail.Span);
        output.EndMessage();
    }

    /// <summary><paramref name="payload"/> is <c>{"method":…,"params":…}</c> and is copied as it is.</summary>
    public static void WriteRequest(
        OutboundBuffer output, ReadOnlySpan<byte> id, long timestamp, ReadOnlySpan<byte> payload, string? traceParent = null) =>
        Write(output, "{\"type\":\"request\",\"id\":\""u8, id, timestamp, payload, traceParent);

    /// <summary><paramref name="payload"/> holds its status and is copied as it is.</summary>
    public static void WriteReply(OutboundBuffer output, ReadOnlySpan<byte> id, long timestamp, ReadOnlySpan<byte> payload) =>
        Write(output, "{\"type\":\"reply\",\"id\":\""u8, id, timestamp, payload);

    private static void Write(OutboundBuffer output, ReadOnlySpan<byte> start,
        ReadOnlySpan<byte> id, long timestamp, ReadOnlySpan<byte> payload, string? traceParent = null)
    {
        WriteHead(output, start, id, timestamp);
        if (traceParent is not null)
        {
            Append(output, ",\"traceparent\":\""u8);
            Encoding.ASCII.GetBytes(traceParent, output);
            Append(output, "\""u8);
        }

        Append(output, ",\"payload\":"u8);
        Append(output, payload);
        Append(output, "}"u8);
        output.EndMessage();
    }

    private static void WriteHead(OutboundBuffer output, ReadOnlySpan<byte> start, ReadOnlySpan<byte> id, long timestamp)
    {
        var middle = "\",\"timestamp\":"u8;
        var span = output.GetSpan(start.Length + id.Length + middle.Length + MaxDigits);
        start.CopyTo(span);
        var length = start.Length;
        id.CopyTo(span[length..]);
        length += id.Length;
        middle.CopyTo(span[length..]);
        length += middle.Length;
        Utf8Formatter.TryFormat(timestamp, span[length..], out var digits);
        output.Advance(length + digits);
    }

    private static void Append(OutboundBuffer output, ReadOnlySpan<byte> bytes)
    {
        bytes.CopyTo(output.GetSpan(bytes.Length));
        output.Advance(bytes.Length);
    }
}

/// <param name="Utilization">The fuller of the two bounds, count and bytes; 0 to 1.</param>
internal sealed record SlowNotice(int Depth, int Capacity, double Utilization, double Threshold)
{
    public const double UpperMark = 0.80;

    public const double LowerMark = 0.60;
}
