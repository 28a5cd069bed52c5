namespace Federation.Actors.Supervision;

/// <summary>The port could not be opened.</summary>
internal sealed class ListenerFailedException(ServerSettings server, Exception reason)
    : Exception($"cannot listen on {server.Host}:{server.HttpPort}: {reason.Message}", reason);
