using Federation.Actors.Sending;
using FsCheck;
using FsCheck.Fluent;
using FsCheck.Xunit;

namespace Federation.Actors.Tests.Sending;

public sealed class RateCapTests
{
    private static readonly Gen<double> Rate =
        from digits in Gen.Choose(1, 9999)
        from power in Gen.Choose(-6, 5)
        select digits * Math.Pow(10, power);

    private static readonly Gen<(double Rate, (int Ticks, int Wanted)[] Steps)> Walk =
        from rate in Rate
        from steps in Step(rate).ArrayOf()
        select (rate, steps);

    [Property(MaxTest = 2000)]
    public Property No_stretch_of_time_gives_more_than_rate_and_burst() =>
        Prop.ForAll(Walk.ToArbitrary(), walk =>
        {
            var cap = new RateCap(walk.Rate);
            List<(TimeSpan At, int Taken)> taken = [];
            var latest = TimeSpan.FromDays(1000);
            cap.Take(0, latest);
            foreach (var (ticks, wanted) in walk.Steps)
            {
                var now = latest + TimeSpan.FromTicks(ticks);
                latest = now > latest ? now : latest;
                taken.Add((latest, cap.Take(wanted, now)));
                Assert.InRange(taken[^1].Taken, 0, wanted);
            }

            for (var from = 0; from < taken.Count; from++)
            {
                long sum = 0;
                foreach (var (at, count) in taken.Skip(from))
                {
                    sum += count;
                    var most = (walk.Rate * (at - taken[from].At).TotalSeconds) + cap.Burst;
                    Assert.True(sum <= most * (1 + 1e-9) + 1e-6, $"{sum} within {at - taken[from].At}, at most {most}");
                }
            }
        });

    [Property(MaxTest = 300)]
    public Property Who_comes_back_in_time_gets_the_rate() =>
        Prop.ForAll(Rate.ToArbitrary(), rate =>
        {
            var cap = new RateCap(rate);
            var now = TimeSpan.FromHours(1);
            cap.Take(int.MaxValue, now);
            var start = now;
            var given = 0L;
            for (var i = 0; i < 2000; i++)
            {
                now = cap.NextAt(now)!.Value;
                var taken = cap.Take(int.MaxValue, now);
                Assert.True(taken > 0, $"nothing at the time promised, {rate} per second");
                given += taken;
            }

            var expected = rate * (now - start).TotalSeconds;
            Assert.InRange(given, (expected * 0.99) - 1, expected + cap.Burst + 1);
        });

    [Property(MaxTest = 1000)]
    public Property Changing_the_rate_leaves_no_more_than_the_new_burst() =>
        Prop.ForAll(Rate.Two().ToArbitrary(), rates =>
        {
            var cap = new RateCap(rates.Item1);
            cap.Take(0, TimeSpan.Zero);
            cap.Change(rates.Item2, TimeSpan.FromDays(1));

            Assert.InRange(cap.Take(int.MaxValue, TimeSpan.FromDays(1)), 1, Math.Min(int.MaxValue, cap.Burst + 1e-6));
        });

    [Theory]
    [InlineData(0.001, 1000)]
    [InlineData(0.5, 2)]
    [InlineData(8, 0.125)]
    [InlineData(1000, 0.001)]
    public void The_next_one_goes_when_it_is_earned(double rate, double seconds)
    {
        var cap = new RateCap(rate);
        cap.Take(int.MaxValue, TimeSpan.Zero);

        Assert.Equal(TimeSpan.FromSeconds(seconds), cap.NextAt(TimeSpan.Zero));
        Assert.Equal(TimeSpan.FromSeconds(seconds), cap.NextAt(TimeSpan.FromSeconds(seconds / 2)));
        Assert.Equal(0, cap.Take(1, TimeSpan.FromSeconds(seconds) - TimeSpan.FromTicks(2)));
        Assert.Equal(1, cap.Take(1, TimeSpan.FromSeconds(seconds)));
    }

    [Fact]
    public void A_tenth_of_a_second_may_go_at_once()
    {
        var cap = new RateCap(90);

        Assert.Equal(9, cap.Take(100, TimeSpan.Zero));
        Assert.Equal(9, cap.Take(100, TimeSpan.FromHours(1)));
        Assert.Equal(0, cap.Take(100, TimeSpan.FromHours(1)));
    }

    [Fact]
    public void A_billion_a_second_is_a_billion()
    {
        var cap = new RateCap(1e9);
        var given = 0L;
        for (var tenths = 0; tenths <= 100; tenths++)
        {
            given += cap.Take(int.MaxValue, TimeSpan.FromSeconds(tenths / 10.0));
        }

        Assert.InRange(given, 10_099_000_000, 10_100_000_001);
    }

    [Fact]
    public void Paused_nothing_goes_however_long_it_lasts()
    {
        var cap = new RateCap(0);

        Assert.Equal(0, cap.Take(5, TimeSpan.Zero));
        Assert.Equal(0, cap.Take(5, TimeSpan.FromDays(365)));
        Assert.Null(cap.NextAt(TimeSpan.FromDays(365)));
    }

    [Fact]
    public void A_pause_that_ends_lets_messages_go_on()
    {
        var cap = new RateCap(10);
        cap.Take(1, TimeSpan.Zero);
        cap.Change(0, TimeSpan.Zero);

        cap.Change(10, TimeSpan.FromDays(1));

        Assert.Equal(0, cap.Take(1, TimeSpan.FromDays(1)));
        Assert.Equal(TimeSpan.FromDays(1) + TimeSpan.FromMilliseconds(100), cap.NextAt(TimeSpan.FromDays(1)));
    }

    [Fact]
    public void Without_a_cap_everything_goes()
    {
        var cap = new RateCap(null);

        Assert.Equal(int.MaxValue, cap.Take(int.MaxValue, TimeSpan.Zero));
        Assert.Equal(int.MaxValue, cap.Take(int.MaxValue, TimeSpan.Zero));
        Assert.Equal(TimeSpan.Zero, cap.NextAt(TimeSpan.Zero));

        cap.Change(20, TimeSpan.Zero);
        Assert.Equal(2, cap.Take(int.MaxValue, TimeSpan.Zero));
        cap.Change(null, TimeSpan.Zero);
        Assert.Equal(int.MaxValue, cap.Take(int.MaxValue, TimeSpan.Zero));
    }

    [Fact]
    public void Time_that_stands_still_or_goes_back_earns_nothing()
    {
        var cap = new RateCap(10);
        Assert.Equal(1, cap.Take(5, TimeSpan.FromSeconds(10)));

        Assert.Equal(0, cap.Take(5, TimeSpan.FromSeconds(10)));
        Assert.Equal(0, cap.Take(5, TimeSpan.FromSeconds(-10)));
        Assert.Equal(0, cap.Take(5, TimeSpan.MinValue));
        Assert.Equal(TimeSpan.FromSeconds(10.1), cap.NextAt(TimeSpan.Zero));
        Assert.Equal(1, cap.Take(5, TimeSpan.FromSeconds(10.1)));
    }

    [Theory]
    [InlineData(double.Epsilon)]
    [InlineData(1e-12)]
    [InlineData(1.0)]
    [InlineData(double.MaxValue)]
    public void Nothing_overflows(double rate)
    {
        var cap = new RateCap(rate);
        Assert.InRange(cap.Take(int.MaxValue, TimeSpan.MinValue + TimeSpan.FromTicks(1)), 1, int.MaxValue);
        Assert.InRange(cap.NextAt(TimeSpan.Zero)!.Value, TimeSpan.Zero, TimeSpan.MaxValue);
        cap.Take(int.MaxValue, TimeSpan.MaxValue);
        Assert.Equal(TimeSpan.MaxValue, cap.NextAt(TimeSpan.MaxValue));
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(double.NaN)]
    [InlineData(double.PositiveInfinity)]
    public void What_is_no_rate_is_refused(double rate)
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => new RateCap(rate));
        Assert.Throws<ArgumentOutOfRangeException>(() => new RateCap(1).Change(rate, TimeSpan.Zero));
    }

    [Fact]
    public void The_lowest_of_several_caps_holds()
    {
        Assert.Null(RateCap.Lowest());
        Assert.Null(RateCap.Lowest(null, null));
        Assert.Equal(5, RateCap.Lowest(null, 7, 5, null));
        Assert.Equal(0, RateCap.Lowest(0, 7, null));
    }

    /// <summary>Steps of a size at which something is earned, some of them back in time.</summary>
    private static Gen<(int Ticks, int Wanted)> Step(double rate)
    {
        var scale = (int)Math.Clamp(TimeSpan.TicksPerSecond / rate, 1, 100_000_000);
        return from ticks in Gen.Choose(-scale / 4, scale * 3)
               from wanted in Gen.Elements(0, 1, 3, 1000, int.MaxValue)
               select (ticks, wanted);
    }
}
