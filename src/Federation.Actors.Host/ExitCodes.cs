namespace Federation.Actors.Host;

/// <summary>What the program tells the shell.</summary>
internal static class ExitCodes
{
    /// <summary>Everything received was answered, or the configuration is good.</summary>
    public const int Success = 0;

    /// <summary>Messages were left unanswered; their peers send them again.</summary>
    public const int Unanswered = 1;

    /// <summary>The command line or the configuration is wrong; nothing was opened.</summary>
    public const int BadSettings = 2;
}
