using Federation.Actors.Clustering;

namespace Federation.Actors.Tests.Clustering;

public sealed class FreezeWatchTests
{
    private static readonly DateTimeOffset Start = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    [Fact]
    public void A_process_that_goes_on_is_left_alone()
    {
        var watch = new FreezeWatch(TimeSpan.FromSeconds(10), Start);

        Assert.All(Enumerable.Range(1, 100), second => Assert.Null(watch.Tick(Start.AddSeconds(second))));
        Assert.Null(watch.Tick(Start.AddSeconds(110)));
    }

    [Fact]
    public void A_process_that_stood_still_for_longer_than_the_others_wait_is_told_once()
    {
        var watch = new FreezeWatch(TimeSpan.FromSeconds(10), Start);
        watch.Tick(Start.AddSeconds(1));

        Assert.Equal(TimeSpan.FromSeconds(11), watch.Tick(Start.AddSeconds(12)));
        Assert.Null(watch.Tick(Start.AddSeconds(13)));
    }
}
