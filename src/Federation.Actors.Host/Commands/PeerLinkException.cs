namespace Federation.Actors.Host.Commands;

/// <summary>There is no connection, or none any more. The message says why and what to do.</summary>
/// <param name="message">For people, without secrets.</param>
/// <param name="final">True when the next attempt would go the same way.</param>
internal sealed class PeerLinkException(string message, bool final) : Exception(message)
{
    /// <summary>True when the next attempt would go the same way.</summary>
    public bool IsFinal { get; } = final;

    /// <summary>The wait that the node asks for; null when it does not.</summary>
    public TimeSpan? RetryAfter { get; init; }
}
