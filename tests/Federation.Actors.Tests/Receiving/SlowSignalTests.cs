using Federation.Actors.Receiving;

namespace Federation.Actors.Tests.Receiving;

public sealed class SlowSignalTests
{
    private static readonly TimeSpan Start = TimeSpan.FromDays(1);
    private readonly SlowSignal _signal = new();

    [Fact]
    public void A_rise_above_the_threshold_is_told_once()
    {
        Assert.False(Observe(0.80, 0));
        Assert.False(_signal.IsRaised);

        Assert.True(Observe(0.801, 0));
        Assert.True(_signal.IsRaised);

        Assert.False(Observe(0.95, 0));
        Assert.False(Observe(1.0, 999));
    }

    [Fact]
    public void It_is_told_again_each_second_for_as_long_as_it_stays_above()
    {
        Assert.True(Observe(0.9, 0));
        Assert.False(Observe(0.9, 999));
        Assert.True(Observe(0.9, 1000));
        Assert.False(Observe(0.9, 1999));
        Assert.True(Observe(0.9, 2500));
        Assert.False(Observe(0.9, 3499));
        Assert.True(Observe(0.9, 3500));
    }

    [Fact]
    public void Between_the_marks_nothing_is_told()
    {
        Assert.True(Observe(0.9, 0));

        Assert.False(Observe(0.8, 5000));
        Assert.False(Observe(0.6, 9000));
        Assert.True(_signal.IsRaised);
    }

    [Fact]
    public void A_second_rise_that_did_not_come_from_below_the_lower_mark_keeps_the_interval()
    {
        Assert.True(Observe(0.9, 0));
        Assert.False(Observe(0.6, 10));

        Assert.False(Observe(0.9, 20));
        Assert.True(Observe(0.9, 1000));
    }

    [Fact]
    public void A_fall_below_the_lower_mark_ends_it_and_a_new_rise_keeps_the_interval_too()
    {
        Assert.True(Observe(0.9, 0));

        Assert.False(Observe(0.599, 10));
        Assert.False(_signal.IsRaised);

        Assert.False(Observe(0.7, 15));
        Assert.False(_signal.IsRaised);
        Assert.False(Observe(0.81, 20));
        Assert.True(_signal.IsRaised);
        Assert.False(Observe(0.81, 999));
        Assert.True(Observe(0.81, 1000));
    }

    [Fact]
    public void A_rise_long_after_the_last_one_is_told_at_once()
    {
        Assert.True(Observe(0.9, 0));
        Assert.False(Observe(0.1, 10));

        Assert.True(Observe(0.9, 1000));
    }

    private bool Observe(double utilization, int milliseconds) =>
        _signal.Observe(utilization, Start + TimeSpan.FromMilliseconds(milliseconds));
}
