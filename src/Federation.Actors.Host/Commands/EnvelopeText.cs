using System.Text;
using System.Text.Json;
using Federation.Actors.Protocol;

namespace Federation.Actors.Host.Commands;

internal static class EnvelopeText
{
    /// <summary>Without escapes, so that two spellings of one id are the same; empty when there is none.</summary>
    public static string Id(ReadOnlySpan<byte> message, EnvelopeEntry envelope)
    {
        var id = message.Slice(envelope.IdOffset, envelope.IdLength);
        if (!id.Contains((byte)'\\'))
        {
            return Encoding.UTF8.GetString(id);
        }

        try
        {
            var reader = new Utf8JsonReader(message.Slice(envelope.IdOffset - 1, envelope.IdLength + 2));
            reader.Read();
            return reader.GetString()!;
        }
        catch (InvalidOperationException)
        {
            // Half of a surrogate pair: no text, but still a name.
            return Encoding.UTF8.GetString(id);
        }
    }
}
