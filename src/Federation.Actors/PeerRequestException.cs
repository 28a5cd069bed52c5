namespace Federation.Actors;

/// <summary>Thrown when a request to a peer has no result.</summary>
public sealed class PeerRequestException : Exception
{
    /// <summary>Creates an exception with an unknown reason.</summary>
    public PeerRequestException()
        : this("the request has no result")
    {
    }

    /// <summary>Creates an exception.</summary>
    /// <param name="message">The reason, one sentence.</param>
    public PeerRequestException(string message)
        : this(message, innerException: null)
    {
    }

    /// <summary>Creates an exception.</summary>
    /// <param name="message">The reason, one sentence.</param>
    /// <param name="innerException">The cause.</param>
    public PeerRequestException(string message, Exception? innerException)
        : base(message, innerException)
    {
    }

    /// <summary>Creates an exception.</summary>
    /// <param name="code">The reason as a code.</param>
    /// <param name="message">The reason, one sentence.</param>
    public PeerRequestException(string code, string message)
        : base(message)
    {
        Code = code;
    }

    /// <summary>One of <see cref="RequestErrors"/>, or the code in the peer's reply.</summary>
    public string Code { get; } = RequestErrors.InvalidReply;
}
