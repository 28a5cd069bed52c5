namespace Federation.Actors.Sockets.Client;

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
