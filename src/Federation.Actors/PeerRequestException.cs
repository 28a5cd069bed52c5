namespace Federation.Actors;

/// <summary>A request to a peer has no result.</summary>
public sealed class PeerRequestException : Exception
{
    /// <summary>A request without a result, for a reason that is not known.</summary>
    public PeerRequestException()
        : this("the request has no result")
    {
    }

    /// <summary>A request without a result.</summary>
    /// <param name="message">Why, one sentence.</param>
    public PeerRequestException(string message)
        : this(message, innerException: null)
    {
    }

    /// <summary>A request without a result.</summary>
    /// <param name="message">Why, one sentence.</param>
    /// <param name="innerException">What led to it.</param>
    public PeerRequestException(string message, Exception? innerException)
        : base(message, innerException)
    {
    }

    /// <summary>A request without a result.</summary>
    /// <param name="code">Why, for programs.</param>
    /// <param name="message">Why, one sentence.</param>
    public PeerRequestException(string code, string message)
        : base(message)
    {
        Code = code;
    }

    /// <summary>One of <see cref="RequestErrors"/>, or what the peer has put into its reply.</summary>
    public string Code { get; } = RequestErrors.InvalidReply;
}
