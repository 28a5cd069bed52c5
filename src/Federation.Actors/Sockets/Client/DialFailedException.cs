using System.Net;

namespace Federation.Actors.Sockets.Client;

/// <summary>A server could not be reached, or refused the connection. The message is one clause without secrets.</summary>
internal sealed class DialFailedException(string message, string errorType) : Exception(message)
{
    public string ErrorType { get; } = errorType;

    /// <summary>Null when the server did not answer, or answered with 101.</summary>
    public HttpStatusCode? Status { get; init; }

    /// <summary>From Retry-After of a 429 or 503; null otherwise.</summary>
    public TimeSpan? RetryAfter { get; init; }

    /// <summary>True when retries fail until somebody changes something: a redirect, a wrong certificate.</summary>
    public bool IsLasting { get; init; }
}

internal static class DialProblem
{
    private const char Quote = '\'';

    /// <summary>The innermost message, without quotations from the server's answer.</summary>
    /// <remarks>An answer may contain our own request with its secrets, or 64 KiB of control characters. It may contain quotes, so
    /// everything between the first and the last quote is removed.</remarks>
    public static string Describe(Exception error)
    {
        var message = error.GetBaseException().Message.TrimEnd('.');
        for (var start = 0; (start = message.IndexOf(Quote, start)) >= 0; start++)
        {
            // One after a letter is an apostrophe.
            if (start == 0 || !char.IsLetter(message[start - 1]))
            {
                var end = message.LastIndexOf(Quote);
                return string.Concat(message.AsSpan(0, start), "'...'", end > start ? message.AsSpan(end + 1) : default);
            }
        }

        return message;
    }
}
