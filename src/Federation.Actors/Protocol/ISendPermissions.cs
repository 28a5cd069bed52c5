namespace Federation.Actors.Protocol;

/// <summary>What one peer may send to the bus. Thread-safe.</summary>
internal interface ISendPermissions
{
    /// <summary>Bytes of the largest envelope.</summary>
    int MaxLength { get; }

    /// <summary>One sentence; null when messages with the subject are permitted.</summary>
    string? Forbids(string subject);

    /// <summary>Counts and reports a message that was refused.</summary>
    /// <returns>False when something else has refused it.</returns>
    bool TryReport(string refusal);

    /// <summary>Counts and reports an envelope that is too large.</summary>
    /// <returns>One sentence.</returns>
    string TooLarge(int length);
}
