using Akka.Actor;
using Federation.Actors.Diagnostics;
using Federation.Actors.Messages;
using Federation.Actors.Supervision;
using Federation.Actors.Tests.Requests;

namespace Federation.Actors.Tests.Supervision;

public sealed class PeerRegistryTests
{
    private static readonly TimeSpan Start = TimeSpan.FromDays(1);
    private readonly PeerRegistry _registry = new();
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
    public void A_peer_is_slow_for_a_while_limited_while_it_is_held_to_a_rate_and_closing_when_it_ends()
    {
        var meter = Add("a");
        Assert.Equal("connected", State(1));
        meter.RateCap = 5;
        Assert.Equal("limited", State(1));
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

    private PeerMeter Add(string name, string address = "127.0.0.1:1")
    {
        var meter = new PeerMeter(name, address);
        _registry.Add(NamedRef.Of($"{name}-{++_made}"), meter, Start);
        return meter;
    }

    private ComponentProtocol.Peers List(ComponentProtocol.GetPeers question, double seconds = 1) => _registry.List(question, new Instant(Start + TimeSpan.FromSeconds(seconds), DateTimeOffset.UnixEpoch));

    private IEnumerable<string> Found(string filter) => List(new ComponentProtocol.GetPeers("in", filter, 0, 10)).Page.Select(peer => peer.Identity);

    private (double In, double Out) Rates(double seconds) => List(new ComponentProtocol.GetPeers("in", "", 0, 10), seconds).Page[0] is var peer ? (peer.RateIn, peer.RateOut) : default;

    private string State(double seconds) => List(new ComponentProtocol.GetPeers("in", "", 0, 10), seconds).Page[0].State;
}
