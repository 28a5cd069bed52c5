using System.Text.Encodings.Web;
using System.Text.Json;

namespace Federation.Actors.Host.Logging;

/// <summary>Output for scripts: one line of JSON each, keys in snake case.</summary>
internal static class JsonLine
{
    // Leaves letters readable and still escapes what could steer a terminal.
    private static readonly JsonSerializerOptions Options = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    public static string Of<T>(T value) => JsonSerializer.Serialize(value, Options);
}
