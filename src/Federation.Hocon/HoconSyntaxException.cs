namespace Federation.Hocon;

/// <summary>Thrown when a text is not HOCON, or when its references cannot be resolved.</summary>
[System.Diagnostics.CodeAnalysis.SuppressMessage(
    "Design", "CA1032:Implement standard exception constructors", Justification = "Without a position it would be of no use.")]
public sealed class HoconSyntaxException : Exception
{
    internal HoconSyntaxException(string position, string problem)
        : base($"{position}: {problem}")
    {
        Position = position;
        Problem = problem;
    }

    /// <summary>File, line and column, such as <c>app.conf:3:7</c>; for a text that is not a file, its name.</summary>
    public string Position { get; }

    /// <summary>The found and the expected text. Credentials in URLs are masked.</summary>
    public string Problem { get; }

    internal static HoconSyntaxException Unexpected(string position, string found, string expected) =>
        new(position, $"found {found}, expected {expected}");
}
