using Federation.Actors.Protocol;

namespace Federation.Actors.Diagnostics;

/// <summary>What went wrong with NATS, in words for people. Stateless.</summary>
internal static class NatsProblem
{
    /// <summary>The reason, without a full stop.</summary>
    /// <param name="error">What the library threw.</param>
    /// <param name="connecting">Why the last server could not be connected to; null when nobody knows.</param>
    public static string Describe(Exception error, string? connecting = null)
    {
        var message = error.GetBaseException().Message.TrimEnd('.');
        return !message.StartsWith(NatsErrors.NoServer, StringComparison.Ordinal) ? message
            : $"cannot connect to {message[NatsErrors.NoServer.Length..]}{(connecting is null ? "" : $": {connecting}")}";
    }
}
