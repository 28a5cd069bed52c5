namespace Federation.Actors.Configuration;

/// <summary>The text of an nkey file: a user's seed, and perhaps other lines. Pure.</summary>
internal static class NkeyFile
{
    /// <summary>A seed of a user starts so; its public key, which other programs write into the same file, starts with U alone.</summary>
    private const string SeedStart = "SU";

    /// <summary>The seed; null when there is none.</summary>
    public static string? Seed(string text) => text.Split('\n', StringSplitOptions.TrimEntries).FirstOrDefault(static line => line.StartsWith(SeedStart, StringComparison.Ordinal));
}
