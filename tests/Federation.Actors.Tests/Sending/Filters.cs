using System.Text;
using System.Text.Json;
using Federation.Actors.Sending;

namespace Federation.Actors.Tests.Sending;

/// <summary>Filters as peers ask for them.</summary>
internal static class Filters
{
    /// <summary>The params of a request.</summary>
    public static JsonElement Params(string json)
    {
        using var document = JsonDocument.Parse(json);
        return document.RootElement.Clone();
    }

    /// <summary>The filter of such params, which have to be right.</summary>
    public static MessageFilter Of(string json) =>
        MethodParams.TryRead(SubscribeParams.Read, Params(json), out var filter, out var error) ? filter : throw new FormatException(error);

    /// <summary>A filter for payloads.</summary>
    /// <param name="path">The path.</param>
    /// <param name="comparison">The operator.</param>
    /// <param name="value">JSON.</param>
    public static MessageFilter Of(string path, string comparison, string value) =>
        Of($$"""{"filter":{"path":{{JsonSerializer.Serialize(path)}},"operator":"{{comparison}}","value":{{value}} } }""");

    /// <summary>Whether a payload passes.</summary>
    public static bool Passes(this MessageFilter filter, string payload) => filter.Match("any.subject", Encoding.UTF8.GetBytes(payload));
}
