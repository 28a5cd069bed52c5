namespace Federation.Actors.Host.Commands;

/// <summary>What became of it all: sent = acked + refused + unanswered.</summary>
/// <param name="Sent">Messages sent, each counted once.</param>
/// <param name="Acked">Messages acked.</param>
/// <param name="Refused">Messages nacked for good.</param>
/// <param name="Unanswered">Messages sent that have neither.</param>
/// <param name="Nacks">Nacks received, by reason; with <c>--resend</c> a message may get several.</param>
/// <param name="Slow">Slow signals received.</param>
/// <param name="Resent">Times a message was sent again.</param>
/// <param name="BadLines">Lines that hold no message.</param>
/// <param name="Connections">Connections opened.</param>
/// <param name="Seconds">How long it has taken.</param>
/// <param name="Error">Why it ended before the end of the input, or without answers; null when it did not.</param>
internal sealed record SendSummary(
    long Sent,
    long Acked,
    long Refused,
    long Unanswered,
    IReadOnlyDictionary<string, long> Nacks,
    long Slow,
    long Resent,
    long BadLines,
    int Connections,
    double Seconds,
    string? Error)
{
    /// <summary>True when every line was sent and acked.</summary>
    public bool IsComplete => Error is null && Refused == 0 && Unanswered == 0 && BadLines == 0;
}
