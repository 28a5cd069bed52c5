using Akka.Actor;

namespace Federation.Actors.Messages;

/// <summary>The messages between a client-mode component and its dialer, beside the open connection itself.</summary>
internal static class DialerProtocol
{
    /// <summary>Component to dialer: dial no more. Open connections stay.</summary>
    public sealed class Stop : INoSerializationVerificationNeeded
    {
        public static readonly Stop Instance = new();
    }

    /// <summary>Dialer to component: it has failed and dials again; its connection is to end.</summary>
    public sealed class Restarted : INoSerializationVerificationNeeded
    {
        public static readonly Restarted Instance = new();
    }
}
