namespace Federation.Actors.Host;

/// <summary>What the program tells the shell.</summary>
internal static class ExitCodes
{
    /// <summary>Everything received was answered, the configuration is good, or the request was granted.</summary>
    public const int Success = 0;

    /// <summary>Messages were left unanswered; their peers send them again.</summary>
    public const int Unanswered = 1;

    /// <summary>A request was refused, or nobody has answered it.</summary>
    public const int Refused = 1;

    /// <summary>What was converted is not yet a valid configuration.</summary>
    public const int Incomplete = 1;

    /// <summary>A node is there and is not well.</summary>
    public const int Unhealthy = 1;

    /// <summary>The command line or the configuration is wrong, or there is no node to look at.</summary>
    public const int BadSettings = 2;

    /// <summary>
    /// The cluster has taken the node for dead, or it was in the smaller part of a cluster that came apart. It is to be started again.
    /// </summary>
    public const int Downed = 3;

    /// <summary>There was no memory left. Peers send again what was not answered.</summary>
    public const int OutOfMemory = 4;
}
