namespace Federation.Actors.Nats;

/// <summary>A stream cannot take what is published until the configuration of the node or of NATS is changed.</summary>
/// <param name="reason">What is wrong; part of a sentence.</param>
/// <param name="remedy">What an operator can do; part of a sentence.</param>
internal sealed class StreamUnusableException(string reason, string remedy) : Exception($"{reason}: {remedy}")
{
    /// <summary>What is wrong, and what to do.</summary>
    public (string Reason, string Remedy) Problem => (reason, remedy);
}
