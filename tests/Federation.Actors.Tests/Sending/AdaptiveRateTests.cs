using Federation.Actors.Sending;
using FsCheck.Xunit;

namespace Federation.Actors.Tests.Sending;

public sealed class AdaptiveRateTests
{
    private static readonly TimeSpan Start = TimeSpan.FromMinutes(5);

    [Fact]
    public void Before_the_first_slow_there_is_no_limit() => Assert.Null(new AdaptiveRate(1).Limit(Start));

    [Fact]
    public void Slow_halves_the_rate_and_ten_quiet_seconds_bring_it_back()
    {
        var rate = new AdaptiveRate(1);

        rate.OnSlow(Start, 1000);

        Assert.Equal(500, rate.Limit(Start));
        Assert.Equal(550, rate.Limit(After(1)));
        Assert.Equal(975, rate.Limit(After(9.5)));
        Assert.Null(rate.Limit(After(10)));
        Assert.Null(rate.Limit(After(100)));
    }

    [Fact]
    public void Slow_again_halves_again_and_the_way_back_leads_to_the_first_rate()
    {
        var rate = new AdaptiveRate(1);
        rate.OnSlow(Start, 1000);

        rate.OnSlow(After(2), 600);

        Assert.Equal(300, rate.Limit(After(2)));
        Assert.Equal(950, rate.Limit(After(15)));
        Assert.Null(rate.Limit(After(16)));
    }

    [Fact]
    public void Slow_within_a_second_changes_nothing()
    {
        var rate = new AdaptiveRate(1);
        rate.OnSlow(Start, 1000);

        rate.OnSlow(After(0.999), 1000);

        Assert.Equal(500 + (50 * 0.5), rate.Limit(After(0.5)));
    }

    [Fact]
    public void A_limit_above_what_is_sent_starts_from_what_is_sent()
    {
        var rate = new AdaptiveRate(1);
        rate.OnSlow(Start, 1000);

        rate.OnSlow(After(1), 100);

        Assert.Equal(50, rate.Limit(After(1)));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(double.NaN)]
    [InlineData(5)]
    public void A_rate_that_is_unknown_or_no_higher_than_the_floor_is_not_limited(double currentRate)
    {
        var rate = new AdaptiveRate(5);

        rate.OnSlow(Start, currentRate);

        Assert.Null(rate.Limit(Start));
    }

    [Fact]
    public void An_unknown_rate_halves_the_limit_that_is_there()
    {
        var rate = new AdaptiveRate(1);
        rate.OnSlow(Start, 1000);

        rate.OnSlow(After(1), double.NaN);

        Assert.Equal(275, rate.Limit(After(1)));
    }

    [Fact]
    public void Time_that_goes_back_raises_nothing()
    {
        var rate = new AdaptiveRate(1);
        rate.OnSlow(Start, 1000);

        Assert.Equal(500, rate.Limit(TimeSpan.Zero));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    [InlineData(double.NaN)]
    [InlineData(double.PositiveInfinity)]
    public void What_is_no_floor_is_refused(double floor) => Assert.Throws<ArgumentOutOfRangeException>(() => new AdaptiveRate(floor));

    [Property(MaxTest = 2000)]
    public void It_keeps_above_the_floor_halves_once_a_second_and_else_only_rises(
        byte floor, (ushort Milliseconds, ushort Rate, bool Slow)[] steps)
    {
        var least = 1.0 + floor;
        var rate = new AdaptiveRate(least);
        var now = Start;
        TimeSpan? fell = null;
        foreach (var (milliseconds, measured, slow) in steps)
        {
            var before = Value(rate.Limit(now));
            now += TimeSpan.FromMilliseconds(milliseconds % 3000);
            var risen = Value(rate.Limit(now));
            Assert.True(risen >= before, "without slow it only rises");
            if (slow)
            {
                rate.OnSlow(now, measured);
                var after = Value(rate.Limit(now));
                Assert.True(after <= risen, "slow never raises it");
                Assert.True(after >= Math.Min(least, risen), "never below the floor");
                Assert.True(after >= Math.Min(risen, Math.Max(least, Math.Min(risen, measured) / 2)), "never less than half");
                if (after < risen)
                {
                    Assert.True(fell is null || now - fell >= AdaptiveRate.HalvingInterval, "at most once a second");
                    fell = now;
                }
            }
        }

        // Twenty seconds at a twentieth a second bring back any rate.
        Assert.Null(rate.Limit(now + TimeSpan.FromSeconds(20.001)));
    }

    private static double Value(double? limit) => limit ?? double.PositiveInfinity;

    private static TimeSpan After(double seconds) => Start + TimeSpan.FromSeconds(seconds);
}
