namespace Federation.Actors.Messages;

/// <summary>What became of a request to a peer: its reply, or why there is none. May go to another node.</summary>
/// <param name="Reply">The payload of the peer's reply, which may itself report an error; empty when there is none.</param>
/// <param name="Code">One of <see cref="RequestErrors"/>; null when there is a reply.</param>
/// <param name="Message">One sentence for <paramref name="Code"/>.</param>
internal sealed record RequestOutcome(ReadOnlyMemory<byte> Reply, string? Code, string Message)
{
    /// <summary>The peer has replied.</summary>
    public static RequestOutcome Replied(ReadOnlyMemory<byte> reply) => new(reply, null, "");

    /// <summary>There is no reply and there will be none.</summary>
    public static RequestOutcome Failed(string code, string message) => new(default, code, message);
}
