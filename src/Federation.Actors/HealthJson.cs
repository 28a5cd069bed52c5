using System.Text.Json;

namespace Federation.Actors;

/// <summary>JSON options for health reports.</summary>
public static class HealthJson
{
    /// <summary>Snake case, with nulls, indented.</summary>
    public static JsonSerializerOptions Options { get; } = new(JsonSerializerDefaults.General)
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        WriteIndented = true,
    };
}
