using Akka.Actor;

namespace Federation.Actors.Publishing;

/// <summary>What a bus tells the publisher that owns it.</summary>
internal static class BusProtocol
{
    /// <summary>The connection is open; what is written from now on may be confirmed.</summary>
    /// <param name="Server">Where to, for the log; no credentials.</param>
    public sealed record Up(string Server) : INoSerializationVerificationNeeded;

    /// <summary>The connection is lost; what is not confirmed by now will not be.</summary>
    public sealed record Down(string Server) : INoSerializationVerificationNeeded;

    /// <summary>The server has processed what was written on one connection up to and with a group.</summary>
    /// <param name="Epoch">The connection. Groups written on an earlier one are not confirmed by it.</param>
    /// <param name="Number">The group's number.</param>
    public sealed record Confirmed(long Epoch, long Number) : INoSerializationVerificationNeeded;

    /// <summary>The server takes nothing for this subject from us; says so until the next <see cref="Up"/>.</summary>
    public sealed record Denied(string Error) : INoSerializationVerificationNeeded;

    /// <summary>Something went wrong that the bus goes on from by itself.</summary>
    public sealed record Trouble(string Error) : INoSerializationVerificationNeeded;

    /// <summary>The bus cannot go on; its owner is to make another.</summary>
    public sealed record Broken(Exception Reason) : INoSerializationVerificationNeeded;
}
