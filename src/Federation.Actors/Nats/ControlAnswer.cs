namespace Federation.Actors.Nats;

/// <summary>What came of a question on a control subject.</summary>
/// <param name="Kind">Which of the ways it went.</param>
/// <param name="Payload">What was answered; empty unless <see cref="ControlAnswerKind.Answered"/>.</param>
/// <param name="Problem">What went wrong, for people; empty when it was answered.</param>
internal sealed record ControlAnswer(ControlAnswerKind Kind, ReadOnlyMemory<byte> Payload, string Problem)
{
    public static ControlAnswer Failed(ControlAnswerKind kind, string problem) => new(kind, default, problem);
}
