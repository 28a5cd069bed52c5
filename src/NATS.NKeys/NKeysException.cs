namespace NATS.NKeys;

/// <summary>An nkey could not be read. The message says why, and never repeats any of the text that was given.</summary>
/// <seealso href="https://github.com/nats-io/nkeys"/>
public sealed class NKeysException : Exception
{
    /// <summary>Makes the exception.</summary>
    /// <param name="message">What is wrong, without the secret.</param>
    /// <param name="innerException">What caused it, if anything did.</param>
    public NKeysException(string message, Exception? innerException = null)
        : base(message, innerException)
    {
    }
}
