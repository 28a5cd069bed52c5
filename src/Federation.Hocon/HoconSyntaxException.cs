namespace Federation.Hocon;

/// <summary>A text is not HOCON, or its references cannot be resolved.</summary>
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

    /// <summary>File, line and column, as <c>app.conf:3:7</c>; the name that was given where the text is not a file.</summary>
    public string Position { get; }

    /// <summary>What was found and what was expected. Credentials in URLs are masked.</summary>
    public string Problem { get; }

    internal static HoconSyntaxException Unexpected(string position, string found, string expected) =>
        new(position, $"found {found}, expected {expected}");
}
