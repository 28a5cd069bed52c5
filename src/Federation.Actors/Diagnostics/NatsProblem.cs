using Federation.Actors.Protocol;

namespace Federation.Actors.Diagnostics;

internal static class NatsProblem
{
    /// <summary>The reason in words, without a full stop.</summary>
    /// <param name="connecting">Why the last connection attempt failed, or null.</param>
    public static string Describe(Exception error, string? connecting = null)
    {
        var message = error.GetBaseException().Message.TrimEnd('.');
        return !message.StartsWith(NatsErrors.NoServer, StringComparison.Ordinal) ? message
            : $"cannot connect to {message[NatsErrors.NoServer.Length..]}{(connecting is null ? "" : $": {connecting}")}";
    }
}
