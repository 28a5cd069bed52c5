using System.Net;

namespace Federation.Actors.Sockets.Client;

/// <summary>A server could not be reached, or refused the connection. The message is one clause without secrets.</summary>
/// <param name="message">What went wrong.</param>
/// <param name="errorType">One of <see cref="Diagnostics.ErrorTypes"/>.</param>
internal sealed class DialFailedException(string message, string errorType) : Exception(message)
{
    /// <summary>One of <see cref="Diagnostics.ErrorTypes"/>.</summary>
    public string ErrorType { get; } = errorType;

    /// <summary>The status with which the server refused; null when it did not answer, or with 101.</summary>
    public HttpStatusCode? Status { get; init; }

    /// <summary>The wait that the server asks for (429 or 503 with Retry-After); null when it does not.</summary>
    public TimeSpan? RetryAfter { get; init; }

    /// <summary>True when the next attempt would go the same way until somebody changes something: a redirect, a wrong certificate.</summary>
    public bool IsLasting { get; init; }
}
