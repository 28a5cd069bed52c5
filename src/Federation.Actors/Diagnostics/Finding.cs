namespace Federation.Actors.Diagnostics;

/// <summary>A result of <c>federation doctor</c>.</summary>
internal sealed record Finding(FindingLevel Level, string Subject, string Text)
{
    public static Finding Ok(string subject, string text) => new(FindingLevel.Ok, subject, text);

    public static Finding Warning(string subject, string text) => new(FindingLevel.Warning, subject, text);

    public static Finding Failure(string subject, string text) => new(FindingLevel.Failure, subject, text);
}

/// <summary>Failures prevent a node from working.</summary>
internal enum FindingLevel
{
    Ok,
    Warning,
    Failure,
}
