using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using Federation.Actors.Protocol;
using FsCheck;
using FsCheck.Fluent;
using FsCheck.Xunit;

namespace Federation.Actors.Tests.Protocol;

public sealed partial class EnvelopeReaderProperties
{
    [Property(MaxTest = 1000)]
    public Property Any_part_comes_out_byte_for_byte() =>
        Prop.ForAll(JsonTexts.DataEnvelope.ToArbitrary(), envelope =>
        {
            var id = envelope.Id.Length == 0 ? null : envelope.Id;
            var subject = string.IsNullOrEmpty(envelope.Subject) ? null : envelope.Subject;

            Assert.Equal(new ReadEnvelope("data", id, envelope.Payload, envelope.Via, subject), Envelopes.Read(envelope.Text));
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
            if (root.ValueKind != JsonValueKind.Object
                || !root.TryGetProperty("type", out var type) || type.ValueKind != JsonValueKind.String
                || type.GetString()!.Length == 0)
            {
                return null;
            }

            if (!IsTextOrNull(root, "id", out var id) || !IsTextOrNull(root, "subject", out var subject) || !IsViaOrMissing(
                root, out var via))
            {
                return null;
            }

            var name = EnvelopeTypes.Name(EnvelopeTypes.Parse(Encoding.UTF8.GetBytes(type.GetString()!)));
            return new ReadEnvelope(name, id, root.TryGetProperty("payload", out var payload) ? payload.GetRawText() : null, via, subject);
        }
        catch (Exception e) when (e is JsonException or DecoderFallbackException or InvalidOperationException)
        {
            return null;
        }
    }

    private static bool IsTextOrNull(JsonElement root, string key, out string? text)
    {
        text = null;
        if (!root.TryGetProperty(key, out var value) || value.ValueKind == JsonValueKind.Null)
        {
            return true;
        }

        text = value.ValueKind == JsonValueKind.String && value.GetRawText().Length > 2 ? value.GetRawText()[1..^1] : null;
        return value.ValueKind == JsonValueKind.String;
    }

    private static bool IsViaOrMissing(JsonElement root, out string? ids)
    {
        ids = null;
        if (!root.TryGetProperty("via", out var via))
        {
            return true;
        }

        if (via.ValueKind != JsonValueKind.Array || !via.EnumerateArray().All(id => NodeId().IsMatch(id.GetRawText())))
        {
            return false;
        }

        ids = string.Join(',', via.EnumerateArray().Select(id => id.GetString()));
        return true;
    }

    [GeneratedRegex("^\"[A-Za-z0-9_-]{1,64}\"\\z", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex NodeId();
}
