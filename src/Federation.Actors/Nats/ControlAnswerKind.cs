namespace Federation.Actors.Nats;

/// <summary>How a question on a control subject can go.</summary>
internal enum ControlAnswerKind
{
    /// <summary>There is an answer, of whatever content.</summary>
    Answered,

    /// <summary>Nobody listens on the subject.</summary>
    NobodyThere,

    /// <summary>NATS is away, or no answer came in time.</summary>
    Failed,
}
