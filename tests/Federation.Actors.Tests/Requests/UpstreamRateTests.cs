using Federation.Actors.Requests;

namespace Federation.Actors.Tests.Requests;

/// <summary>The rate itself, and what becomes of a queue whose sender obeys it.</summary>
public sealed class UpstreamRateTests
{
    private const int Settled = 40;

    private readonly UpstreamRate _rate = new();

    [Fact]
    public void There_is_no_limit_until_the_queue_is_slow()
    {
        Assert.False(_rate.OnSecond(0.79, 1000));
        Assert.Null(_rate.Limit);
    }

    [Fact]
    public void A_slow_queue_asks_for_a_fifth_less_than_the_bus_takes()
    {
        _rate.OnSlow(1000);

        Assert.Equal(800, _rate.Limit);
    }

    [Fact]
    public void It_goes_down_again_each_second_that_the_queue_stays_slow()
    {
        _rate.OnSlow(1000);

        Assert.True(_rate.OnSecond(0.8, 2000));

        Assert.Equal(640, _rate.Limit!.Value, 0.001);
    }

    [Fact]
    public void It_stays_between_the_marks()
    {
        _rate.OnSlow(1000);

        Assert.False(_rate.OnSecond(0.6, 1000));
        Assert.False(_rate.OnSecond(0.79, 1000));

        Assert.Equal(800, _rate.Limit);
    }

    [Fact]
    public void It_goes_up_by_a_tenth_below_the_lower_mark()
    {
        _rate.OnSlow(1000);

        Assert.True(_rate.OnSecond(0.59, 1000));

        Assert.Equal(880, _rate.Limit!.Value, 0.001);
    }

    [Fact]
    public void It_does_not_climb_for_minutes_when_the_bus_is_back()
    {
        _rate.OnSlow(0);
        Assert.Equal(UpstreamRate.Floor, _rate.Limit);

        _rate.OnSecond(0.5, 1000);

        Assert.Equal(500, _rate.Limit);
    }

    [Fact]
    public void It_is_lifted_after_half_a_minute_of_a_nearly_empty_queue_and_not_before()
    {
        _rate.OnSlow(1000);
        Repeat(29, 0.1);
        _rate.OnSecond(0.2, 1000);
        Repeat(29, 0.1);
        Assert.NotNull(_rate.Limit);

        Assert.True(_rate.OnSecond(0.1, 1000));

        Assert.Null(_rate.Limit);
        Assert.False(_rate.OnSecond(0.1, 1000));
    }

    [Theory]
    [InlineData(1000)]
    [InlineData(5000)]
    public void A_steady_bus_loses_nothing_and_is_kept_busy(double takes)
    {
        var queue = new UpstreamSimulation(_ => takes);

        queue.Run(300);

        queue.ExpectHealthy(Settled, 300, takes);
        Assert.All(queue.Seconds.Skip(Settled), second => Assert.NotNull(second.Limit));
    }

    [Theory]
    [InlineData(1000, 5000)]
    [InlineData(5000, 1000)]
    public void A_bus_that_changes_loses_nothing_once_it_has_settled(double first, double second)
    {
        var queue = new UpstreamSimulation(time => time < 150 ? first : second);

        queue.Run(300);

        queue.ExpectHealthy(Settled, 150, first);
        queue.ExpectHealthy(150 + Settled, 300, second);
    }

    [Theory]
    [InlineData(1000)]
    [InlineData(5000)]
    public void A_bus_that_takes_nothing_for_a_while_is_busy_soon_after(double takes)
    {
        var queue = new UpstreamSimulation(time => time is >= 100 and < 120 ? 0 : takes);

        queue.Run(300);

        // A trickle goes on, to learn when the bus is back.
        Assert.All(queue.Seconds.Skip(110).Take(10), second => Assert.InRange(second.Dropped, 0, UpstreamRate.Floor + 0.001));
        queue.ExpectHealthy(120 + Settled, 300, takes);
    }

    [Fact]
    public void The_limit_is_lifted_when_less_is_sent_than_the_bus_takes()
    {
        var queue = new UpstreamSimulation(_ => 5000) { Wants = time => time < 60 ? 50_000 : 500 };

        queue.Run(60);
        Assert.NotNull(queue.Seconds[^1].Limit);
        queue.Run(60);

        Assert.Null(queue.Seconds[^1].Limit);
        Assert.All(queue.Seconds.Skip(Settled), second => Assert.Equal(0, second.Dropped));
    }

    private void Repeat(int seconds, double utilization)
    {
        for (var i = 0; i < seconds; i++)
        {
            _rate.OnSecond(utilization, 1000);
        }
    }
}
