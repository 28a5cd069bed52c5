using Federation.Actors.Settings;
using Federation.Actors.Supervision;

namespace Federation.Actors.Tests.Supervision;

/// <summary>Which server is dialled when.</summary>
public sealed class DialPlanTests
{
    private static readonly ReconnectSettings Exact = new() { Jitter = 0 };

    [Fact]
    public void Every_pause_is_an_attempt() =>
        Assert.Equal([1, 2, 4, 8, 16, 32, 60, 60], Pauses(Plan(Exact), 8));

    [Fact]
    public void Attempts_run_out_with_the_last_pause()
    {
        var plan = Plan(Exact with { MaxRetries = 2 });

        Assert.False(plan.IsExhausted);
        plan.Pause();
        Assert.False(plan.IsExhausted);
        plan.Pause();
        Assert.True(plan.IsExhausted);
        plan.StartOver();
        Assert.False(plan.IsExhausted);
    }

    [Fact]
    public void Without_reconnection_there_is_no_attempt() => Assert.True(Plan(Exact with { Enabled = false }).IsExhausted);

    [Fact]
    public void A_failure_is_followed_by_the_next_server_and_the_last_by_the_first()
    {
        var plan = Plan(Exact, "ws://a:1/x", "ws://b:1/x", "ws://c:1/x");
        var hosts = new List<string>();

        for (var dial = 0; dial < 4; dial++)
        {
            hosts.Add(plan.Current.Host);
            plan.Failed();
        }

        Assert.Equal(["a", "b", "c", "a"], hosts);
    }

    [Fact]
    public void A_failure_is_no_attempt_by_itself()
    {
        var plan = Plan(Exact with { MaxRetries = 1 });

        plan.Failed();
        plan.Failed();

        Assert.False(plan.IsExhausted);
        Assert.Equal(1, plan.Pause().TotalSeconds);
    }

    [Fact]
    public void An_unstable_connection_is_followed_by_the_next_server_and_a_longer_pause()
    {
        var plan = Plan(Exact, "ws://a:1/x", "ws://b:1/x");
        plan.Pause();

        plan.Lost(stable: false);

        Assert.Equal("b", plan.Current.Host);
        Assert.Equal([2, 4], Pauses(plan, 2));
    }

    [Fact]
    public void A_stable_connection_is_followed_by_the_first_server_and_the_shortest_pause()
    {
        var plan = Plan(Exact, "ws://a:1/x", "ws://b:1/x");
        plan.Failed();
        plan.Pause();

        plan.Lost(stable: true);

        Assert.Equal("a", plan.Current.Host);
        Assert.Equal([1, 2], Pauses(plan, 2));
    }

    [Fact]
    public void Starting_over_is_the_first_server_and_the_shortest_pause()
    {
        var plan = Plan(Exact, "ws://a:1/x", "ws://b:1/x");
        plan.Failed();
        plan.Pause();

        plan.StartOver();

        Assert.Equal("a", plan.Current.Host);
        Assert.Equal([1, 2], Pauses(plan, 2));
    }

    [Fact]
    public void A_query_is_dialled_but_not_shown()
    {
        var plan = Plan(Exact, "ws://hub:8081/ingest?key=s3cret");

        Assert.Equal("?key=s3cret", plan.Current.Query);
        Assert.Equal("ws://hub:8081/ingest", plan.CurrentName);
    }

    [Fact]
    public void The_jitter_is_the_next_random_number_of_each_pause()
    {
        var settings = new ReconnectSettings { Jitter = 0.2 };
        var expected = new Random(7);
        var backoff = new Backoff(settings);
        var plan = Plan(settings);

        for (var attempt = 0; attempt < 5; attempt++)
        {
            Assert.Equal(backoff.Delay(attempt, expected.NextDouble()), plan.Pause());
        }
    }

    private static DialPlan Plan(ReconnectSettings reconnect, params string[] urls) =>
        new(new ClientSettings { Urls = urls.Length > 0 ? urls : ["ws://hub:8081/ingest"], Reconnect = reconnect }, new Random(7));

    private static IEnumerable<double> Pauses(DialPlan plan, int count) =>
        [.. Enumerable.Range(0, count).Select(_ => plan.Pause().TotalSeconds)];
}
