using Akka.TestKit.Xunit2;
using Federation.Actors.Diagnostics;
using Federation.Actors.TestKit;
using Federation.Actors.Tests.Configuration;

namespace Federation.Actors.Tests.Supervision;

/// <summary>How a lost connection comes back, as the server sees it.</summary>
public sealed class DialerScenarioTests : VirtualTimeKit
{
    private const string Hub = "ws://hub:8081/ingest";
    private FederationTestKit? _node;

    private FederationTestKit Started => _node!;

    [Fact]
    public void A_server_that_is_away_is_dialled_after_1_2_4_8_16_32_60_60_seconds()
    {
        var link = Start(Hub);

        var scenario = Scenario.Given(link).When(link.IsRefused());
        foreach (var seconds in new[] { 1, 2, 4, 8, 16, 32, 60, 60 })
        {
            scenario.Then(link.IsRefusedAfter(TimeSpan.FromSeconds(seconds)));
        }

        Assert.Equal(8, new ComponentMetrics(Started.Services.Metrics, "edge-in").ReconnectAttempts.Value);
        Assert.Equal(9, new ComponentMetrics(Started.Services.Metrics, "edge-in").Errors(ErrorTypes.DialFailed).Value);
    }

    [Fact]
    public void A_server_that_accepts_and_closes_at_once_is_dialled_with_growing_delays()
    {
        var link = Start(Hub);
        var dial = link.ExpectDial();

        foreach (var seconds in new[] { 1, 2, 4 })
        {
            dial.Accept().Close();
            dial = link.ExpectDialAfter(TimeSpan.FromSeconds(seconds));
        }
    }

    [Fact]
    public void A_connection_that_stayed_open_long_enough_counts_attempts_from_zero_again()
    {
        var link = Start(Hub);
        Scenario.Given(link).When(link.IsRefused()).And(link.IsRefusedAfter(TimeSpan.FromSeconds(1)));
        var server = link.ExpectDialAfter(TimeSpan.FromSeconds(2)).Accept();

        Scenario.Given(link)
            .When(Started.Passes(TimeSpan.FromSeconds(10)))
            .And(server.IsCut())
            .Then(link.IsRefusedAfter(TimeSpan.FromSeconds(1)));
    }

    [Fact]
    public void A_connection_that_ends_just_before_it_is_stable_does_not()
    {
        var link = Start(Hub);
        Scenario.Given(link).When(link.IsRefused());
        var server = link.ExpectDialAfter(TimeSpan.FromSeconds(1)).Accept();

        Scenario.Given(link)
            .When(Started.Passes(TimeSpan.FromSeconds(10) - TimeSpan.FromMilliseconds(1)))
            .And(server.IsCut())
            .Then(link.IsRefusedAfter(TimeSpan.FromSeconds(2)));
    }

    [Fact]
    public void Without_reconnection_the_first_loss_is_the_last()
    {
        var link = Start("reconnect.enabled = false", Hub);
        link.ExpectDial().Accept().Cut();

        Assert.Equal("failed", Started.Health().Components["edge-in"].Status);
        Started.Advance(TimeSpan.FromHours(1));
        link.ExpectNoDial();
    }

    [Fact]
    public void The_next_server_is_dialled_after_a_failure_and_the_first_after_a_stable_connection()
    {
        var link = Start("", "ws://a:1/x", "ws://b:1/x", "ws://c:1/x");
        var first = link.ExpectDial();
        Assert.Equal("a", first.Url.Host);
        first.Refuse();
        var second = link.ExpectDialAfter(TimeSpan.FromSeconds(1));
        Assert.Equal("b", second.Url.Host);
        second.Accept().Cut();
        var third = link.ExpectDialAfter(TimeSpan.FromSeconds(2));
        Assert.Equal("c", third.Url.Host);
        var server = third.Accept();
        Started.Advance(TimeSpan.FromSeconds(10));

        server.Cut();

        Assert.Equal("a", link.ExpectDialAfter(TimeSpan.FromSeconds(1)).Url.Host);
    }

    [Theory]
    [InlineData(4001, "superseded by a connection from 10.0.0.9:4711", "4001 (superseded by a connection from 10.0.0.9:4711)")]
    [InlineData(1008, "token expired", "1008 (token expired)")]
    [InlineData(1013, "", "1013")]
    public void The_code_and_the_text_with_which_the_server_closes_are_shown_everywhere(int code, string text, string shown)
    {
        var link = Start("", "ws://hub:8081/ingest");
        var events = CreateTestProbe();
        Sys.EventStream.Subscribe(events, typeof(FederationEvent));

        EventFilter.Warning(contains: $"it closed the connection with {shown}; next attempt in").ExpectOne(
            () => link.ExpectDial().Accept().Close(code, text));

        Assert.Equal(
            $"has lost its connection to ws://hub:8081/ingest at memory: it closed the connection with {shown}",
            Started.Health().Components["edge-in"].Details.LastError);
        events.FishForMessage(message => message is FederationEvent { Kind: FederationEventKind.PeerDisconnected } told
            && told.Text.EndsWith($"with {shown}", StringComparison.Ordinal));
    }

    [Fact]
    public void A_query_is_not_shown()
    {
        var link = Start("", "ws://hub:8081/ingest?key=s3cret");

        var dial = link.ExpectDial();
        Assert.Equal("?key=s3cret", dial.Url.Query);
        dial.Refuse();

        Assert.Equal("cannot reach ws://hub:8081/ingest: Connection refused", Started.Health().Components["edge-in"].Details.LastError);
    }

    private TestComponent Start(string url) => Start("", url);

    private TestComponent Start(string lines, params string[] urls)
    {
        var hocon = $$"""
            client {
              urls = ["{{string.Join("\", \"", urls)}}"]
              reconnect.jitter = 0
              {{lines}}
            }
            """;
        _node = new FederationTestKit(new XunitAssertions(), Configurations.Client(hocon), Sys);
        return _node.Component("edge-in");
    }
}
