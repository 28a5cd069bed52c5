namespace Federation.Actors.Sending;

/// <summary>What became of a dead letter.</summary>
internal enum DeadLetterOutcome
{
    /// <summary>NATS has it.</summary>
    Confirmed,

    /// <summary>NATS has refused it, or another one that was published together with it.</summary>
    Refused,

    /// <summary>NATS was lost before it confirmed the letter, or too many wait.</summary>
    Unconfirmed,
}
