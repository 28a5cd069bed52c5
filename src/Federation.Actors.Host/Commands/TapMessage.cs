namespace Federation.Actors.Host.Commands;

/// <summary>Something that has passed.</summary>
/// <param name="Type">An envelope's type; of a message on NATS, its subject.</param>
/// <param name="Id">An envelope's id; of a message on NATS, the peer it came from; empty when there is none.</param>
/// <param name="Payload">What it carries; good until the next one.</param>
/// <param name="Json">All of it, as one line of JSON; called once at most.</param>
internal readonly record struct TapMessage(string Type, string Id, ReadOnlyMemory<byte> Payload, Func<string> Json);
