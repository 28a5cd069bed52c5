using Federation.Actors.Sockets;
using Federation.Actors.Sockets.Client;

namespace Federation.Actors.Supervision;

/// <summary>Opens the connections of a component in client mode. Thread-safe.</summary>
/// <param name="isShared">True when the component runs once in a cluster: a repeated message may reach another node, which recognizes it
/// by the name of the server.</param>
internal sealed class ComponentDialer(ComponentSettings settings, NodeServices services, bool isShared) : IDisposable
{
    private readonly WebSocketDialer _dialer = new(settings, services.DialledName(settings.Name), services.Loggers,
        Environment.GetEnvironmentVariable);

    public Task<ConnectedPeer> DialAsync(Uri url, CancellationToken cancel) =>
        services.Dial is { } other ? other(settings, url, cancel) : DialNetworkAsync(url, cancel);

    public void Dispose() => _dialer.Dispose();

    private async Task<ConnectedPeer> DialNetworkAsync(Uri url, CancellationToken cancel)
    {
        var peer = await _dialer.DialAsync(url, cancel);
        return peer with { Name = peer.Name with { Lasting = isShared } };
    }
}
