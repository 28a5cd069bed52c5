namespace Federation.Actors.Host.Commands;

/// <summary>Where a request goes.</summary>
/// <param name="File">The configuration's, for messages.</param>
/// <param name="Nats">How NATS is reached.</param>
/// <param name="Component">Name of the component whose peers are meant.</param>
/// <param name="Subject">The subject of its control port.</param>
/// <param name="Timeout">How long an answer may take.</param>
internal sealed record ControlTarget(string File, NatsSettings Nats, string Component, string Subject, TimeSpan Timeout);
