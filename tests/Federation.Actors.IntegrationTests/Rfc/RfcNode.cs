using Federation.Actors.IntegrationTests.Support;

namespace Federation.Actors.IntegrationTests.Rfc;

/// <summary>The node that all cases share.</summary>
public abstract class RfcNode(bool lean) : IAsyncLifetime
{
    public sealed class Lean() : RfcNode(lean: true);

    public sealed class Plain() : RfcNode(lean: false);

    private NatsServer? _nats;
    private TestNode? _node;

    public Uri Url => _node!.Url;

    public async Task InitializeAsync()
    {
        _nats = await NatsServer.StartAsync();
        _node = await TestNode.StartAsync(_nats.Url, component => component with
        {
            Server = component.Server with { EnableCompression = true, LeanConnections = lean },
            Connection = new ConnectionSettings { MaxMessageSize = 1024 * 1024 },
        });
    }

    public async Task DisposeAsync()
    {
        if (_node is { } node)
        {
            await node.DisposeAsync();
        }

        if (_nats is { } nats)
        {
            await nats.DisposeAsync();
        }
    }
}
