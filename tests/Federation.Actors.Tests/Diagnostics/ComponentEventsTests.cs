using Federation.Actors.Diagnostics;

namespace Federation.Actors.Tests.Diagnostics;

public sealed class ComponentEventsTests
{
    private const string Name = "edge-in";
    private static readonly Instant Now = new(TimeSpan.FromDays(1), DateTimeOffset.UnixEpoch);
    private readonly ComponentEvents _events = new(Name);

    [Fact]
    public void A_refused_handshake_is_told_with_where_it_came_from_and_why()
    {
        var told = new ComponentEvents("edge-in").Tell(
            new HealthProtocol.HandshakeRefused("edge-in", 401, "10.0.0.1:5", "edge", "Credentials are missing or wrong."), default)!;

        Assert.Equal(FederationEventKind.HandshakeRefused, told.Kind);
        Assert.Equal(
            "edge-in has refused a handshake from 10.0.0.1:5, which claims the name edge, with 401: Credentials are missing or wrong",
            told.Text);
    }

    [Fact]
    public void Peers_that_come_and_go_are_told_with_where_and_why()
    {
        Assert.Equal("s1 is connected to edge-in from 127.0.0.1:7", Text(new HealthProtocol.PeerOpened(Name, "s1", "127.0.0.1:7")));
        Assert.Equal("s1 is disconnected from edge-in: reset", Text(new HealthProtocol.PeerClosed(Name, "s1", "127.0.0.1:7", "reset")));
    }

    [Fact]
    public void NATS_is_told_when_it_goes_and_when_it_comes_and_not_at_each_attempt()
    {
        Assert.Equal(FederationEventKind.NatsConnected, Kind(new HealthProtocol.Bus(Name, Connected: true)));
        Assert.Equal("edge-in has no connection to NATS and queues its messages: refused",
            Text(new HealthProtocol.Bus(Name, Connected: false, "refused")));
        Assert.Null(Kind(new HealthProtocol.Bus(Name, Connected: false, "refused again")));
        Assert.Equal(FederationEventKind.NatsConnected, Kind(new HealthProtocol.Bus(Name, Connected: true)));
    }

    [Fact]
    public void With_two_connections_to_NATS_it_is_back_when_both_are()
    {
        Kind(new HealthProtocol.Bus(Name, Connected: true));
        Assert.Equal(FederationEventKind.NatsLost, Kind(new HealthProtocol.Bus(Name, Connected: false)));
        Assert.Null(Kind(new HealthProtocol.EgressBus(Name, Connected: false)));
        Assert.Null(Kind(new HealthProtocol.Bus(Name, Connected: true)));
        Assert.Equal(FederationEventKind.NatsConnected, Kind(new HealthProtocol.EgressBus(Name, Connected: true)));
    }

    [Fact]
    public void A_dial_that_failed_says_when_the_next_one_is()
    {
        var failed = new HealthProtocol.Link(Name, LinkState.Reconnecting, "ws://hub", "cannot reach ws://hub: refused")
            { Attempt = 3, Pause = TimeSpan.FromSeconds(2.5) };

        Assert.Equal("edge-in cannot reach ws://hub: refused; attempt 3 follows in 2.5 s", Text(failed));
    }

    [Fact]
    public void A_loss_of_a_link_is_left_to_the_connection_to_tell_and_giving_up_is_not()
    {
        Kind(new HealthProtocol.Link(Name, LinkState.Connected, "ws://hub", ""));

        Assert.Null(Kind(new HealthProtocol.Link(Name, LinkState.Reconnecting, "ws://hub", "has lost it") { Pause = TimeSpan.Zero }));
        Assert.Equal(FederationEventKind.GivenUp, Kind(new HealthProtocol.Link(Name, LinkState.Failed, "ws://hub", "cannot reach it")));
    }

    [Fact]
    public void That_a_component_which_drains_leaves_NATS_is_no_news()
    {
        Kind(new HealthProtocol.Bus(Name, Connected: true));
        Assert.Equal(FederationEventKind.Draining, Kind(new HealthProtocol.Draining(Name)));
        Assert.Null(Kind(new HealthProtocol.Bus(Name, Connected: false)));
    }

    private string? Text(HealthProtocol.ComponentChange change) => _events.Tell(change, Now)?.Text;

    private FederationEventKind? Kind(HealthProtocol.ComponentChange change) => _events.Tell(change, Now)?.Kind;
}
