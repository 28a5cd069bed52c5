using Federation.Actors.Sockets.Server;

namespace Federation.Actors.TestKit;

/// <summary>Ports that are not opened: peers come in memory.</summary>
internal sealed class MemoryListeners : IListeners
{
    /// <inheritdoc />
    public Task<string> OpenAsync(ServerSettings server, PeerEndpoint endpoint) => Task.FromResult($"memory:{server.Path}");

    /// <inheritdoc />
    public Task CloseAsync(ServerSettings server, PeerEndpoint endpoint) => Task.CompletedTask;
}
