namespace Federation.Actors.Host;

internal static class ExitCodes
{
    /// <summary>Every received message was answered, the configuration is valid, or the request succeeded.</summary>
    public const int Success = 0;

    /// <summary>Messages were left unanswered; their peers repeat them.</summary>
    public const int Unanswered = 1;

    /// <summary>A request was refused, or got no answer.</summary>
    public const int Refused = 1;

    /// <summary>The converted text is not a valid configuration yet.</summary>
    public const int Incomplete = 1;

    /// <summary>A node is there, but unhealthy.</summary>
    public const int Unhealthy = 1;

    /// <summary>The command line or the configuration is wrong, or there is no node.</summary>
    public const int BadSettings = 2;

    /// <summary>The cluster took the node for dead, or it was in the smaller part of a divided cluster. It is to be restarted.</summary>
    public const int Downed = 3;

    /// <summary>Out of memory. Peers repeat unanswered messages.</summary>
    public const int OutOfMemory = 4;
}
