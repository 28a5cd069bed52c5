namespace Federation.Actors.Telemetry;

/// <summary>What went wrong with NATS, in words for people. Stateless.</summary>
internal static class NatsProblem
{
    /// <summary>What the library says when none of the servers it was given took it, whatever they said.</summary>
    private const string NoServer = "can not connect uris: ";

    /// <summary>The reason, without a full stop.</summary>
    public static string Describe(Exception error)
    {
        var message = error.GetBaseException().Message;
        return (message.StartsWith(NoServer, StringComparison.Ordinal) ? $"cannot connect to {message[NoServer.Length..]}" : message).TrimEnd('.');
    }
}
