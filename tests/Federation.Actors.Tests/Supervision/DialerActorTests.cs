using Akka.Actor;
using Akka.TestKit;
using Federation.Actors.Diagnostics;
using Federation.Actors.Messages;
using Federation.Actors.Protocol;
using Federation.Actors.Sockets;
using Federation.Actors.Sockets.Client;
using Federation.Actors.Supervision;
using Federation.Actors.TestKit;

namespace Federation.Actors.Tests.Supervision;

/// <summary>How a lost connection comes back, as the node sees it; as the server does, <see cref="DialerScenarioTests"/> say.</summary>
public sealed class DialerActorTests : DialerKit
{
    [Fact]
    public void A_dialer_that_fails_gives_up_its_connection_and_dials_again()
    {
        var dialer = Start(Exact);
        var lost = Succeed(NextDial());

        dialer.Tell(Kill.Instance);

        Component.ExpectMsg<DialerProtocol.Restarted>();
        Succeed(NextDial());
        End(dialer, lost);
        Settle(dialer);
        ExpectState(LinkState.Connected);
        Advance(TimeSpan.FromMinutes(2));
        Settle(dialer);
        ExpectNothing(Dials);
    }

    [Fact]
    public void After_the_last_retry_the_link_has_failed_and_is_left_alone()
    {
        var dialer = Start(Exact with { MaxRetries = 2 });
        Fail(NextDial());
        Fail(DialAfter(dialer, TimeSpan.FromSeconds(1)));
        var last = DialAfter(dialer, TimeSpan.FromSeconds(2));

        EventFilter.Error(contains: "not dialled again until an operator requests").ExpectOne(() => Fail(last));

        Assert.Equal(1, Metrics.ConnectionState("failed").Value);
        Assert.Equal(0, Metrics.ConnectionState("reconnecting").Value);
        Advance(TimeSpan.FromDays(1));
        Settle(dialer);
        ExpectNothing(Dials);
    }

    [Fact]
    public void A_failed_link_comes_back_when_someone_asks_and_counts_from_zero()
    {
        var dialer = Start(Exact with { MaxRetries = 1 });
        Fail(NextDial());
        Fail(DialAfter(dialer, TimeSpan.FromSeconds(1)));
        var asker = CreateTestProbe();

        dialer.Tell(new ComponentProtocol.Reconnect("hub-link"), asker);

        Assert.True(asker.ExpectMsg<ComponentProtocol.Reconnecting>().Started);
        Fail(NextDial());
        Succeed(DialAfter(dialer, TimeSpan.FromSeconds(1)));
        ExpectState(LinkState.Connected);
    }

    [Fact]
    public void Whoever_asks_cuts_a_pause_short_but_not_a_connection()
    {
        var dialer = Start(Exact);
        Fail(NextDial());
        var asker = CreateTestProbe();
        dialer.Tell(new ComponentProtocol.Reconnect("hub-link"), asker);
        Assert.True(asker.ExpectMsg<ComponentProtocol.Reconnecting>().Started);
        Succeed(NextDial());

        dialer.Tell(new ComponentProtocol.Reconnect("hub-link"), asker);

        Assert.Equal("is connected", asker.ExpectMsg<ComponentProtocol.Reconnecting>().Text);
        Advance(TimeSpan.FromMinutes(2));
        Settle(dialer);
        ExpectNothing(Dials);
    }

    [Fact]
    public void States_are_told_to_health_metrics_and_the_event_stream()
    {
        var dialer = Start(Exact);
        Assert.Equal(LinkState.Connecting, ExpectState(_ => true).State);
        Assert.Equal(1, Metrics.ConnectionState("connecting").Value);
        var connection = Succeed(NextDial());
        Assert.Equal(LinkState.Connected, ExpectState(_ => true).State);
        End(dialer, connection);
        var lost = ExpectState(_ => true);
        Assert.Equal(
            (LinkState.Reconnecting, "has lost its connection to ws://hub:8081/ingest at memory: it failed"), (lost.State, lost.Reason));
        Sys.Stop(dialer);
        Assert.Equal(LinkState.Stopped, ExpectState(_ => true).State);

        Assert.Equal(
            [LinkState.Connecting, LinkState.Connected, LinkState.Reconnecting, LinkState.Stopped],
            Health.ReceiveN(4).Cast<HealthProtocol.Link>().Select(link => link.State));
        Assert.Equal(1, Metrics.ConnectionState("stopped").Value);
    }

    [Fact]
    public void Refused_credentials_count_as_their_own_error()
    {
        Start(Exact);

        EventFilter.Warning(contains: "the variable HUB_TOKEN").ExpectOne(() =>
            Fail(NextDial(), new DialFailedException(
                "the server refuses us with 401; the credentials come from the variable HUB_TOKEN", ErrorTypes.AuthFailed)));

        Assert.Equal(1, Metrics.Errors(ErrorTypes.AuthFailed).Value);
        Assert.Equal(0, Metrics.Errors(ErrorTypes.DialFailed).Value);
    }

    [Theory]
    [InlineData(7, 7)]
    [InlineData(0, 1)]
    [InlineData(3600, 60)]
    public void A_wait_that_the_server_asks_for_is_obeyed_within_the_bounds_of_the_settings(int asked, int waited)
    {
        var dialer = Start(Exact);
        Fail(NextDial(), new DialFailedException("the server answers 503", ErrorTypes.DialFailed)
            { RetryAfter = TimeSpan.FromSeconds(asked) });

        Fail(DialAfter(dialer, TimeSpan.FromSeconds(waited)));

        DialAfter(dialer, TimeSpan.FromSeconds(2));
    }

    [Fact]
    public void A_connection_that_comes_after_the_stop_is_cut()
    {
        var dialer = Start(Exact);
        var dial = NextDial();
        dialer.Tell(DialerProtocol.Stop.Instance);
        Settle(dialer);
        Assert.True(dial.Cancel.IsCancellationRequested);

        var server = new Journal<PeerEvent>();
        dial.Result.SetResult(new ConnectedPeer(MemorySocket.For(server), new PeerName("hub_8081", Lasting: false)));

        Assert.True(server.TryTake(TimeSpan.FromSeconds(10), out var end));
        Assert.IsType<PeerEvent.Lost>(end);
        ExpectState(LinkState.Stopped);
    }

    [Fact]
    public void A_hundred_dialers_of_one_hub_do_not_come_back_in_the_same_instant()
    {
        var dialers = Enumerable.Range(0, 100).Select(_ => Start(new ReconnectSettings())).ToArray();
        foreach (var dial in Dials.ReceiveN(100).Cast<Dial>().ToList())
        {
            var peer = Succeed(dial);
            End(Component.LastSender, peer);
        }

        States.ReceiveN(300);
        Advance(TimeSpan.FromSeconds(1));

        var perTick = new List<int>();
        for (var tick = 0; tick < 10; tick++)
        {
            Advance(TimeSpan.FromMilliseconds(20));
            Settle(dialers);
            perTick.Add(Drain(Dials));
        }

        Assert.Equal(100, perTick.Sum());
        Assert.All(perTick, dials => Assert.InRange(dials, 1, 25));
    }

    private static int Drain(TestProbe probe)
    {
        var count = 0;
        while (probe.ReceiveOne(TimeSpan.Zero) is not null)
        {
            count++;
        }

        return count;
    }
}
