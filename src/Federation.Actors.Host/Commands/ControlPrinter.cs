using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Federation.Actors.Host.Commands;

internal static class ControlPrinter
{
    // Leaves letters readable and still escapes what could steer a terminal.
    private static readonly JsonSerializerOptions Indented = new()
        { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Indented for a terminal. Otherwise one line, unchanged except for line breaks, which are blanks in JSON.</summary>
    public static string Text(ReadOnlyMemory<byte> answer, bool asLine)
    {
        if (!asLine && Terminal.IsThere)
        {
            try
            {
                using var document = JsonDocument.Parse(answer);
                return JsonSerializer.Serialize(document.RootElement, Indented);
            }
            catch (JsonException)
            {
                // As it came, then.
            }
        }

        return Encoding.UTF8.GetString(answer.Span).Replace('\r', ' ').Replace('\n', ' ');
    }
}
