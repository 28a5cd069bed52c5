namespace Federation.Actors.Transport;

/// <summary>Says why there is no connection, in a sentence that may be logged.</summary>
internal static class DialProblem
{
    private const char Quote = '\'';
    private const string Left = "'...'";

    /// <summary>What the framework quotes that is not the server's own words.</summary>
    private static readonly string[] _ours =
    [
        "'Connection'", "'Upgrade'", "'Sec-WebSocket-Accept'", "'Sec-WebSocket-Extensions'", "'Sec-WebSocket-Protocol'",
    ];

    /// <summary>The innermost message, without what it quotes of the server's answer.</summary>
    /// <remarks>
    /// An answer may be anything: our own request sent back, with the secrets of its query and headers, or 64 KiB of control characters.
    /// What it holds may itself hold quotes, so all goes that lies between the first quote that is not ours and the last.
    /// </remarks>
    public static string Describe(Exception error)
    {
        var message = error.GetBaseException().Message;
        for (var start = 0; (start = message.IndexOf(Quote, start)) >= 0;)
        {
            if (start > 0 && char.IsLetter(message[start - 1]))
            {
                // An apostrophe.
                start++;
                continue;
            }

            if (Array.Find(_ours, known => string.CompareOrdinal(message, start, known, 0, known.Length) == 0) is { } ours)
            {
                start += ours.Length;
                continue;
            }

            var end = message.LastIndexOf(Quote);
            return string.Concat(message.AsSpan(0, start), Left, end > start ? message.AsSpan(end + 1) : default);
        }

        return message;
    }
}
