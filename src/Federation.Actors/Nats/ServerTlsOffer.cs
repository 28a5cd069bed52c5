using System.Text.Json;

namespace Federation.Actors.Nats;

/// <summary>What a server's INFO says of TLS.</summary>
/// <param name="IsAvailable">It would make TLS of the connection.</param>
/// <param name="IsRequired">It talks to nobody without.</param>
internal readonly record struct ServerTlsOffer(bool IsAvailable, bool IsRequired)
{
    /// <summary>Reads <c>INFO {...}</c>; what is no such line offers nothing, and the library says so.</summary>
    public static ServerTlsOffer Read(ReadOnlySpan<byte> line)
    {
        if (!line.StartsWith("INFO "u8))
        {
            return default;
        }

        try
        {
            var reader = new Utf8JsonReader(line[5..]);
            using var info = JsonDocument.ParseValue(ref reader);
            return new ServerTlsOffer(Is(info, "tls_available"), Is(info, "tls_required"));
        }
        catch (JsonException)
        {
            return default;
        }
    }

    private static bool Is(JsonDocument info, string name) => info.RootElement.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.True;
}
