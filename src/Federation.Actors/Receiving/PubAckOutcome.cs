namespace Federation.Actors.Receiving;

/// <summary>What became of a message that was published to JetStream.</summary>
internal enum PubAckOutcome
{
    /// <summary>No answer yet.</summary>
    Pending,

    /// <summary>It is stored; or it was before, and the repeat was dropped.</summary>
    Stored,

    /// <summary>Nobody could store it just now: no leader, no responders, no answer. To be tried again.</summary>
    NotNow,

    /// <summary>It is not stored and will not be.</summary>
    Refused,
}
