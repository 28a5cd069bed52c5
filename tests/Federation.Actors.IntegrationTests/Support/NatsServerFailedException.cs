namespace Federation.Actors.IntegrationTests.Support;

/// <summary>A nats-server did not do as it was told; the message ends with what it logged.</summary>
internal sealed class NatsServerFailedException(string message, string log)
    : Exception($"{message}{Environment.NewLine}{(log.Length > 0 ? log : "(it logged nothing)")}");
