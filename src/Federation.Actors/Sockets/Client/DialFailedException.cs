using System.Net;

namespace Federation.Actors.Sockets.Client;

/// <summary>A server could not be reached, or refused the connection. The message is one clause without secrets.</summary>
internal sealed class DialFailedException(string message, string errorType) : Exception(message)
{
    public string ErrorType { get; } = errorType;

    /// <summary>The status with which the server refused; null when it did not answer, or with 101.</summary>
    public HttpStatusCode? Status { get; init; }

    /// <summary>The wait that the server asks for (429 or 503 with Retry-After); null when it does not.</summary>
    public TimeSpan? RetryAfter { get; init; }

    /// <summary>True when retrying does not help until somebody changes something: a redirect, a wrong certificate.</summary>
    public bool IsLasting { get; init; }
}

/// <summary>Says why there is no connection, in a sentence that may be logged.</summary>
internal static class DialProblem
{
    private const char Quote = '\'';

    /// <summary>The innermost message, without what it quotes of the server's answer.</summary>
    /// <remarks>
    /// An answer may be anything: our own request sent back, with the secrets of its query and headers, or 64 KiB of control characters.
    /// What it holds may itself hold quotes, so all goes that lies between the first quote and the last.
    /// </remarks>
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
