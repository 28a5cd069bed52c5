using Akka.Actor;
using Federation.Actors.Connections;
using Federation.Actors.Diagnostics;
using Federation.Actors.Messages;
using Federation.Actors.Tests.Requests;

namespace Federation.Actors.Tests.Connections;

public sealed class ConnectionRegistryTests
{
    private static readonly TimeSpan Start = TimeSpan.FromDays(1);
    private readonly ConnectionRegistry _registry = new(perPeer: 2);
    private int _made;

    [Fact]
    public void Peers_are_listed_by_name_in_pages()
    {
        Add("c");
        Add("a");
        Add("b");

        var page = List(new ComponentProtocol.GetPeers("in", "", 1, 1));

        Assert.Equal((3, 3), (page.Total, page.Found));
        Assert.Equal(["b"], page.Page.Select(peer => peer.Identity));
    }

    [Fact]
    public void A_filter_looks_at_name_and_address()
    {
        Add("sensor-1", "10.0.0.1:5");
        Add("camera", "10.0.0.2:5");

        Assert.Equal(["sensor-1"], Found("SENSOR"));
        Assert.Equal(["camera"], Found("0.2:"));
        Assert.Empty(Found("nobody"));
    }

    [Fact]
    public void Rates_are_since_the_last_look_and_a_look_too_soon_keeps_them()
    {
        var meter = Add("a");
        meter.AddReceived(100);
        meter.AddSent(10);
        Assert.Equal((10, 1), Rates(10));

        meter.AddReceived(50);
        Assert.Equal((10, 1), Rates(10.5));
        Assert.Equal((50, 0), Rates(11));
    }

    [Fact]
    public void A_peer_is_slow_or_throttled_for_a_while_limited_while_it_is_held_to_a_rate_and_closing_when_it_ends()
    {
        var meter = Add("a");
        Assert.Equal("connected", State(1));
        meter.RateCap = 5;
        Assert.Equal("limited", State(1));
        meter.Throttled(Start + TimeSpan.FromSeconds(1));
        Assert.Equal("throttled", State(2));
        meter.Slowed(Start + TimeSpan.FromSeconds(1));
        Assert.Equal("slow", State(2));
        Assert.Equal("limited", State(4));
        meter.End = "gone";
        meter.End = "and gone again";
        Assert.Equal(("closing", "gone"), (State(4), meter.End));
    }

    [Fact]
    public void Only_open_connections_of_a_peer_are_found_to_be_closed()
    {
        var first = Add("a");
        Add("a");
        Add("b");
        first.End = "gone";

        Assert.Single(_registry.Find("a"));
        Assert.Empty(_registry.Find("nobody"));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void The_oldest_connection_of_a_peer_is_superseded_once_when_there_are_more_than_it_may_have(int perPeer)
    {
        var registry = new ConnectionRegistry(perPeer);
        var connections = Enumerable.Range(0, 2 * perPeer).Select(_ => NamedRef.Of($"edge-{++_made}")).ToArray();

        var superseded = connections.Select(connection => registry.Add(connection, Meter("edge"), isReplaceable: true)?.Connection)
            .ToArray();

        Assert.All(superseded[..perPeer], Assert.Null);
        Assert.Equal(connections[..perPeer], superseded[perPeer..]);
        Assert.Equal(2 * perPeer, registry.Count);
    }

    [Fact]
    public void A_limit_of_its_own_supersedes_earlier_than_that_of_the_component()
    {
        var registry = new ConnectionRegistry(perPeer: 3);
        var first = NamedRef.Of("first");

        Assert.Null(registry.Add(first, Meter("edge"), isReplaceable: true, limit: 1));
        Assert.Null(registry.Add(NamedRef.Of("other"), Meter("other"), isReplaceable: true));
        Assert.Equal(first, registry.Add(NamedRef.Of("second"), Meter("edge"), isReplaceable: true, limit: 1)?.Connection);
    }

    [Fact]
    public void Peers_of_other_names_or_without_a_lasting_one_supersede_nothing()
    {
        var registry = new ConnectionRegistry(perPeer: 1);

        Assert.Null(registry.Add(NamedRef.Of("1"), Meter("client-1"), isReplaceable: false));
        Assert.Null(registry.Add(NamedRef.Of("2"), Meter("client-1"), isReplaceable: false));
        Assert.Null(registry.Add(NamedRef.Of("3"), Meter("client-1"), isReplaceable: true));
        Assert.Null(registry.Add(NamedRef.Of("4"), Meter("edge-8"), isReplaceable: true));
        Assert.Equal(4, registry.Connections.Count);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    public void A_connection_that_has_ended_holds_no_place(int ended)
    {
        var registry = new ConnectionRegistry(perPeer: 3);
        var connections = Enumerable.Range(0, 3).Select(_ => NamedRef.Of($"edge-{++_made}")).ToArray();
        Array.ForEach(connections, connection => registry.Add(connection, Meter("edge"), isReplaceable: true));

        Assert.True(registry.Remove(connections[ended]));
        Assert.False(registry.Remove(connections[ended]));

        Assert.Null(registry.Add(NamedRef.Of("fourth"), Meter("edge"), isReplaceable: true));
        Assert.Equal(3, registry.Find("edge").Count);
        Assert.DoesNotContain(connections[ended], registry.Find("edge"));
    }

    [Fact]
    public void A_peer_is_connected_from_its_first_connection_to_the_end_of_its_last()
    {
        var (first, second) = (NamedRef.Of("first"), NamedRef.Of("second"));
        _registry.Add(first, Meter("edge"), isReplaceable: true);
        _registry.Add(second, Meter("edge"), isReplaceable: true);

        _registry.Remove(second);
        Assert.True(_registry.IsConnected("edge"));
        _registry.Remove(first);

        Assert.False(_registry.IsConnected("edge"));
        Assert.Equal(0, _registry.Count);
    }

    private PeerMeter Add(string name, string address = "127.0.0.1:1")
    {
        var meter = Meter(name, address);
        _registry.Add(NamedRef.Of($"{name}-{++_made}"), meter, isReplaceable: true);
        return meter;
    }

    private static PeerMeter Meter(string name, string address = "127.0.0.1:1") => new(name, address) { Since = Start };

    private ComponentProtocol.Peers List(ComponentProtocol.GetPeers question, double seconds = 1) =>
        _registry.List(question, new Instant(Start + TimeSpan.FromSeconds(seconds), DateTimeOffset.UnixEpoch));

    private IEnumerable<string> Found(string filter) =>
        List(new ComponentProtocol.GetPeers("in", filter, 0, 10)).Page.Select(peer => peer.Identity);

    private (double In, double Out) Rates(double seconds) =>
        List(new ComponentProtocol.GetPeers("in", "", 0, 10), seconds).Page[0] is var peer ? (peer.RateIn, peer.RateOut) : default;

    private string State(double seconds) => List(new ComponentProtocol.GetPeers("in", "", 0, 10), seconds).Page[0].State;
}
