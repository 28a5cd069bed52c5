using System.Text.Encodings.Web;
using System.Text.Json;

namespace Federation.Actors.Host.Logging;

/// <summary>Facts for scripts: one line of JSON each, keys in snake case. Stateless.</summary>
internal static class JsonLine
{
    // Leaves letters readable and still escapes what could steer a terminal.
    private static readonly JsonSerializerOptions Options = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    /// <summary>The line, without its end.</summary>
    public static string Of<T>(T value) => JsonSerializer.Serialize(value, Options);
}
