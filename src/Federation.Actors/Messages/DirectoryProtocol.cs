using Akka.Actor;

namespace Federation.Actors.Messages;

/// <summary>What the node's part of the cluster's directory is told: which peers are here.</summary>
internal static class DirectoryProtocol
{
    /// <summary>A peer is here; the sender says so, and it is so until the sender ends or says otherwise.</summary>
    /// <param name="Component">Whose peer it is.</param>
    /// <param name="Peer">Its name; empty: the component itself is here.</param>
    public sealed record Joined(string Component, string Peer) : INoSerializationVerificationNeeded;

    /// <summary>A peer is no longer here.</summary>
    /// <param name="Component">Whose peer it was.</param>
    /// <param name="Peer">Its name.</param>
    public sealed record Left(string Component, string Peer) : INoSerializationVerificationNeeded;
}
