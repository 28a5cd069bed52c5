using Federation.Actors.Egress;
using Federation.Actors.Settings;
using Federation.Actors.Wire;

namespace Federation.Actors.Tests.Egress;

public sealed class SubscriberTableTests : VirtualTimeKit
{
    private static readonly PeerName Edge = new("edge", Lasting: true);

    private readonly SubscriberTable _table = new();

    [Fact]
    public void A_server_has_one_key_whatever_its_name_and_peers_have_their_own()
    {
        Assert.Equal("server", SubscriberTable.Key(ComponentMode.Client, Edge));
        Assert.Equal("peer/edge", SubscriberTable.Key(ComponentMode.Server, Edge));
        Assert.NotEqual("server", SubscriberTable.Key(ComponentMode.Server, new PeerName("server", Lasting: true)));
    }

    [Fact]
    public void A_connection_that_was_superseded_belongs_to_nobody()
    {
        var (delivery, old, latest) = (CreateTestProbe(), CreateTestProbe(), CreateTestProbe());
        var subscriber = _table.Add("peer/edge", delivery);
        _table.Connect(subscriber, old, Edge);

        _table.Connect(subscriber, latest, Edge);

        Assert.Null(_table.Having(old));
        Assert.Null(_table.Disconnect(old));
        Assert.True(subscriber.IsConnected);
        Assert.Same(subscriber, _table.Disconnect(latest));
        Assert.False(subscriber.IsConnected);
    }

    [Fact]
    public void What_is_removed_is_found_by_nothing()
    {
        var (delivery, connection) = (CreateTestProbe(), CreateTestProbe());
        var subscriber = _table.Add("peer/edge", delivery);
        _table.Connect(subscriber, connection, Edge);
        Assert.Same(subscriber, _table.Of(delivery));

        Assert.Same(subscriber, _table.Remove("peer/edge"));

        Assert.Null(_table.Find("peer/edge"));
        Assert.Null(_table.Of(delivery));
        Assert.Null(_table.Having(connection));
        Assert.Null(_table.Remove("peer/edge"));
        Assert.Empty(_table.All);
    }
}
