namespace Federation.Actors.Host.Commands;

/// <summary>The admin endpoint has not answered as it should. The message says why and what to do.</summary>
/// <param name="message">For people, without secrets.</param>
/// <param name="isThere">True when a node is there which is not well.</param>
internal sealed class AdminException(string message, bool isThere) : Exception(message)
{
    /// <summary>True when a node is there which is not well.</summary>
    public bool IsThere { get; } = isThere;
}
