using Federation.Actors.Diagnostics;

namespace Federation.Actors.Tests.Diagnostics;

public sealed class RateMeterTests
{
    private static readonly TimeSpan Start = TimeSpan.FromDays(1);
    private readonly RateMeter _rate = new(Start, 1000, TimeSpan.FromMinutes(1));

    [Fact]
    public void Nothing_is_known_at_the_start() => Assert.Equal((0, 0), (_rate.Current, _rate.Average));

    [Fact]
    public void What_was_counted_before_the_start_is_no_part_of_it()
    {
        _rate.Sample(Start + TimeSpan.FromSeconds(1), 1050);

        Assert.Equal((50, 50), (_rate.Current, _rate.Average));
    }

    [Fact]
    public void The_current_rate_is_that_since_the_last_look()
    {
        _rate.Sample(Start + TimeSpan.FromSeconds(1), 1100);
        _rate.Sample(Start + TimeSpan.FromSeconds(1.5), 1110);

        Assert.Equal(20, _rate.Current);
        Assert.Equal(73.3, _rate.Average);
    }

    [Fact]
    public void The_average_forgets_what_is_older_than_a_minute()
    {
        _rate.Sample(Start + TimeSpan.FromSeconds(1), 7000);
        for (var second = 2; second <= 60; second++)
        {
            _rate.Sample(Start + TimeSpan.FromSeconds(second), 7000);
        }

        Assert.Equal(100, _rate.Average);
        _rate.Sample(Start + TimeSpan.FromSeconds(61), 7000);
        Assert.Equal((0, 0), (_rate.Current, _rate.Average));
    }

    [Fact]
    public void Two_looks_at_the_same_time_are_no_division_by_nothing()
    {
        _rate.Sample(Start, 2000);

        Assert.Equal((0, 0), (_rate.Current, _rate.Average));
    }
}
