using System.Text;
using System.Text.Json;
using Federation.Actors.Wire;
using FsCheck;
using FsCheck.Fluent;
using FsCheck.Xunit;

namespace Federation.Actors.Tests.Wire;

public sealed class EnvelopeReaderProperties
{
    [Property(MaxTest = 1000)]
    public Property Any_payload_and_id_come_out_byte_for_byte() =>
        Prop.ForAll(JsonTexts.DataEnvelope.ToArbitrary(), envelope =>
        {
            var id = envelope.Id.Length == 0 ? null : envelope.Id;

            Assert.Equal(new ReadEnvelope("data", id, envelope.Payload), Envelopes.Read(envelope.Text));
        });

    [Property(MaxTest = 2000)]
    public void No_bytes_make_it_throw(byte[] bytes) => Check(bytes);

    [Property(MaxTest = 3000)]
    public Property No_damage_to_an_envelope_makes_it_throw_or_misread() => Prop.ForAll(JsonTexts.Broken.ToArbitrary(), Check);

    /// <summary>Reads, and compares with what a document reader says of the same bytes.</summary>
    private static void Check(byte[] bytes)
    {
        var read = Envelopes.Read(bytes);
        var expected = Reference(bytes);
        if (read is not null || !bytes.Contains((byte)'\\'))
        {
            // Half of a surrogate pair in a key or type is refused by one reader and not by the other.
            Assert.Equal(expected, read);
        }
    }

    private static ReadEnvelope? Reference(byte[] bytes)
    {
        try
        {
            _ = new UTF8Encoding(false, throwOnInvalidBytes: true).GetCharCount(bytes);
            using var document = JsonDocument.Parse(bytes, new JsonDocumentOptions { MaxDepth = EnvelopeReader.MaxDepth });
            var root = document.RootElement;
            if (root.ValueKind != JsonValueKind.Object || !root.TryGetProperty("type", out var type) || type.ValueKind != JsonValueKind.String
                || type.GetString()!.Length == 0)
            {
                return null;
            }

            var hasId = root.TryGetProperty("id", out var id);
            if (hasId && id.ValueKind is not JsonValueKind.String and not JsonValueKind.Null)
            {
                return null;
            }

            var name = EnvelopeTypes.Name(EnvelopeTypes.Parse(Encoding.UTF8.GetBytes(type.GetString()!)));
            var idText = hasId && id.ValueKind == JsonValueKind.String ? id.GetRawText()[1..^1] : string.Empty;
            return new ReadEnvelope(
                name, idText.Length == 0 ? null : idText, root.TryGetProperty("payload", out var payload) ? payload.GetRawText() : null);
        }
        catch (Exception e) when (e is JsonException or DecoderFallbackException or InvalidOperationException)
        {
            return null;
        }
    }
}
