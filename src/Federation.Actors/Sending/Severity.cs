namespace Federation.Actors.Sending;

/// <summary>The order of severity words.</summary>
internal static class Severity
{
    private static readonly string[] Words = ["debug", "info", "warning", "error", "critical"];

    /// <summary>The place of a word, from 0 for <c>debug</c> to 4 for <c>critical</c>; null for any other. Lower case only.</summary>
    public static int? Rank(string word) => Array.IndexOf(Words, word) is var rank and >= 0 ? rank : null;
}
