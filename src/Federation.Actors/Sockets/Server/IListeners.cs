namespace Federation.Actors.Sockets.Server;

/// <summary>Where the server-mode components of a node take their peers. Thread-safe.</summary>
internal interface IListeners
{
    /// <summary>Maps the component's path.</summary>
    /// <returns>The address to dial.</returns>
    /// <exception cref="IOException">The port is taken or the host is not this machine's, or a file of its TLS cannot be used.</exception>
    Task<string> OpenAsync(ServerSettings server, PeerEndpoint endpoint);

    /// <summary>Takes the component's path back.</summary>
    Task CloseAsync(ServerSettings server, PeerEndpoint endpoint);
}
