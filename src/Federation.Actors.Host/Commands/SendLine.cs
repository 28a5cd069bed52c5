using System.Text;
using System.Text.Json;
using Federation.Actors.Diagnostics;
using Federation.Actors.Protocol;

namespace Federation.Actors.Host.Commands;

/// <summary>Makes an envelope of a line: a whole <c>data</c> envelope is sent unchanged, any other JSON becomes the payload of
/// one.</summary>
internal sealed class SendLine(string prefix)
{
    /// <summary>The envelope's own object counts too.</summary>
    private static readonly JsonReaderOptions PayloadOptions = new() { MaxDepth = EnvelopeReader.MaxDepth - 1 };

    public SendMessage? Read(long number, ReadOnlyMemory<byte> line, int length, out string fault)
    {
        fault = "";
        if (IsEnvelope(line.Span))
        {
            if (!EnvelopeReader.TryRead(line.Span, 0, out var envelope))
            {
                fault = "found a malformed data envelope, expected a string as id, and no more than 64 levels";
                return null;
            }

            if (!envelope.HasId)
            {
                fault = "found a data envelope without an id, expected an id (required for an answer), or only the payload";
                return null;
            }

            return new SendMessage(number, length, EnvelopeText.Id(line.Span, envelope), line);
        }

        if (Fault(line.Span) is { } problem)
        {
            fault = $"{problem}, expected a JSON value on one line";
            return null;
        }

        var id = $"{prefix}{number}";
        var output = new OutboundBuffer(line.Length + 128);
        EnvelopeWriter.WriteData(output, Encoding.UTF8.GetBytes(id), Clock.System.UnixMilliseconds, line.Span);
        return new SendMessage(number, length, id, output[0]);
    }

    /// <summary>An object with the type data; it may still not be JSON.</summary>
    private static bool IsEnvelope(ReadOnlySpan<byte> line)
    {
        try
        {
            var reader = new Utf8JsonReader(line);
            if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject)
            {
                return false;
            }

            var found = false;
            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                var isType = reader.ValueTextEquals("type"u8);
                reader.Read();
                found = isType ? reader.TokenType == JsonTokenType.String && reader.ValueTextEquals("data"u8) : found;
                reader.Skip();
            }

            return found;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            return false;
        }
    }

    private static string? Fault(ReadOnlySpan<byte> line)
    {
        if (!System.Text.Unicode.Utf8.IsValid(line))
        {
            return "found bytes that are not UTF-8";
        }

        try
        {
            var reader = new Utf8JsonReader(line, PayloadOptions);
            while (reader.Read())
            {
                reader.Skip();
            }

            return null;
        }
        catch (JsonException e)
        {
            var problem = e.Message.Split(" LineNumber:")[0].TrimEnd('.');
            return $"byte {e.BytePositionInLine + 1}: found {Shown(line)} ({problem})";
        }
    }

    private static string Shown(ReadOnlySpan<byte> line)
    {
        const int Most = 40;
        var text = Terminal.Tame(Encoding.UTF8.GetString(line));
        return text.Length > Most ? $"'{text[..Most]}...'" : $"'{text}'";
    }
}

internal sealed class SendMessage(long line, int length, string id, ReadOnlyMemory<byte> text)
{
    public long Line { get; } = line;

    public int Length { get; } = length;

    public string Id { get; } = id;

    public ReadOnlyMemory<byte> Text { get; } = text;

    public int Sent { get; set; }
}
