using System.Text.Json;

namespace Federation.Actors;

/// <summary>How a health report is written as JSON.</summary>
public static class HealthJson
{
    /// <summary>Snake case, nulls written, indented for people.</summary>
    public static JsonSerializerOptions Options { get; } = new(JsonSerializerDefaults.General)
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        WriteIndented = true,
    };
}
