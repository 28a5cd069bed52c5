using Federation.Actors.Settings;
using Federation.Actors.Sockets.Server;
using Federation.Actors.Supervision;

namespace Federation.Actors.Tests.Sockets;

/// <summary>When peers that all come at once are let in.</summary>
public sealed class UpgradeLimitTests
{
    private readonly ManualTime _time = new();

    [Fact]
    public void Refused_peers_are_told_different_times_and_find_a_token_then()
    {
        var limit = new UpgradeLimit(5, _time);
        Assert.All(Enumerable.Range(0, 5), _ => Assert.Null(limit.Take()));

        var waits = Enumerable.Range(0, 10).Select(_ => Math.Round(limit.Take()!.Value.TotalSeconds, 3)).ToList();

        Assert.Equal([0.2, 0.4, 0.6, 0.8, 1, 1.2, 1.4, 1.6, 1.8, 2], waits);
        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.All(Enumerable.Range(0, 5), _ => Assert.Null(limit.Take()));
        Assert.Equal(1.2, Math.Round(limit.Take()!.Value.TotalSeconds, 3));
    }

    [Fact]
    public void No_more_than_a_second_of_tokens_is_saved_up()
    {
        var limit = new UpgradeLimit(5, _time);
        _time.Advance(TimeSpan.FromHours(1));

        Assert.Equal(5, Enumerable.Range(0, 50).Count(_ => limit.Take() is null));
    }

    [Fact]
    public void Beyond_what_a_peer_waits_at_most_peers_are_spread_evenly()
    {
        var limit = new UpgradeLimit(10, _time);

        var waits = Enumerable.Range(0, 10_000).Select(_ => limit.Take()).OfType<TimeSpan>().ToList();

        var perMinuteTenth = waits.GroupBy(static wait => (int)(wait.TotalSeconds / 6.001)).Select(static group => group.Count()).ToList();
        Assert.All(waits, static wait => Assert.InRange(wait, TimeSpan.FromTicks(1), UpgradeLimit.Horizon));
        Assert.Equal(10, perMinuteTenth.Count);
        Assert.All(perMinuteTenth, static count => Assert.InRange(count, 900, 1100));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Sixty_edges_of_a_hub_that_lets_five_in_a_second_are_in_within_18_seconds(int seed)
    {
        var limit = new UpgradeLimit(5, _time);
        var random = new Random(seed);
        var backoff = new Backoff(new ReconnectSettings());
        var edges = new PriorityQueue<int, TimeSpan>(Enumerable.Range(0, 60).Select(_ => (0, backoff.Delay(0, random.NextDouble()))));
        var (now, refusals) = (TimeSpan.Zero, 0);
        while (edges.TryDequeue(out var attempt, out var at))
        {
            _time.Advance(at - now);
            now = at;
            if (limit.Take() is { } wait)
            {
                refusals++;
                edges.Enqueue(attempt + 1, now + backoff.Delay(
                    attempt + 1, random.NextDouble(), TimeSpan.FromSeconds(Math.Ceiling(wait.TotalSeconds))));
            }
        }

        Assert.InRange(now, TimeSpan.FromSeconds(11), TimeSpan.FromSeconds(18));
        Assert.InRange(refusals, 55, 85);
    }
}
