using Federation.Actors.Diagnostics;
using Federation.Actors.Messages;
using Federation.Actors.Protocol;
using Federation.Actors.Sending;

namespace Federation.Actors.Tests.Sending;

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
        Assert.Null(_table.Disconnect(old, default));
        Assert.True(subscriber.IsConnected);
        Assert.Same(subscriber, _table.Disconnect(latest, default));
        Assert.False(subscriber.IsConnected);
    }

    [Fact]
    public void Whoever_nobody_vouches_for_is_forgotten_first_and_then_whoever_is_away_longest()
    {
        (string Name, bool Vouched, int Since)[] peers = [
            ("known-1", true, 1), ("claims-5", false, 5), ("known-0", true, 0), ("claims-4", false, 4), ("back", false, 2)];
        foreach (var (name, vouched, since) in peers)
        {
            var (subscriber, connection) = (_table.Add(name, CreateTestProbe()), CreateTestProbe());
            var peer = new PeerName(name, Lasting: true) { Vouched = vouched };
            _table.Connect(subscriber, connection, peer);
            _table.Disconnect(connection, TimeSpan.FromSeconds(since));
            if (name is "back")
            {
                _table.Connect(subscriber, CreateTestProbe(), peer);
            }
        }

        var forgotten = new List<string>();
        while (_table.FirstToForget is { } first)
        {
            forgotten.Add(first.Key);
            _table.Remove(first.Key);
        }

        Assert.Equal(["claims-4", "claims-5", "known-0", "known-1"], forgotten);
    }

    [Fact]
    public void Who_is_away_is_listed_after_who_is_there_with_what_is_held()
    {
        foreach (var name in new[] { "b", "a", "here" })
        {
            var (subscriber, connection) = (_table.Add($"peer/{name}", CreateTestProbe()), CreateTestProbe());
            _table.Connect(subscriber, connection, new PeerName(name, Lasting: true));
            subscriber.Meter = new PeerMeter(name, "10.0.0.1:5") { Held = 7, End = "gone" };
            if (name is not "here")
            {
                _table.Disconnect(connection, default);
            }
        }

        _table.Add("peer/never", CreateTestProbe());
        PeerView[] here = [new("here", "10.0.0.1:5", DateTimeOffset.UnixEpoch, "connected", 0, 0, 0, 0, 0, null, null, null)];

        Assert.Equal((3, 3, "here a b"), List("", 0, 10, found: 1, here));
        Assert.Equal((3, 3, "here a"), List("", 0, 2, found: 1, here));
        Assert.Equal((3, 3, "b"), List("", 2, 5, found: 1));
        Assert.Equal((3, 1, "b"), List("B", 0, 10, found: 0));
        var away = _table.List(Asked("a", 0, 10, 0), default).Page[0];
        Assert.Equal(("away", 7), (away.State, away.Lag));
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

    private static EgressProtocol.ListAway Asked(string filter, int offset, int limit, int found, params IReadOnlyList<PeerView> page) =>
        new(new ComponentProtocol.GetPeers("out", filter, offset, limit), new ComponentProtocol.Peers(1, found, page));

    private (int Total, int Found, string Names) List(
        string filter, int offset, int limit, int found, params IReadOnlyList<PeerView> page) =>
        _table.List(Asked(filter, offset, limit, found, page), default) is var listed
            ? (listed.Total, listed.Found, string.Join(' ', listed.Page.Select(static peer => peer.Identity)))
            : default;
}
