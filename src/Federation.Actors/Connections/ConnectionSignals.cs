using Akka.Actor;

namespace Federation.Actors.Connections;

/// <summary>What a connection's actor tells itself.</summary>
internal static class ConnectionSignals
{
    /// <summary>A write has ended.</summary>
    /// <param name="Error">Why it failed; null: it did not.</param>
    internal sealed record Sent(string? Error) : INoSerializationVerificationNeeded
    {
        public static readonly Sent Well = new((string?)null);
    }

    /// <summary>The close frame has left.</summary>
    internal sealed class CloseSent : INoSerializationVerificationNeeded
    {
        public static readonly CloseSent Instance = new();
    }

    /// <summary>A message is due that keeps the other end from giving up.</summary>
    internal sealed class KeepAliveTick : INoSerializationVerificationNeeded
    {
        public static readonly KeepAliveTick Instance = new();
    }

    /// <summary>The time is up, or the close frame could not be sent.</summary>
    internal sealed class Ended : INoSerializationVerificationNeeded
    {
        public static readonly Ended Instance = new();
    }
}
