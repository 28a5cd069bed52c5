using Federation.Actors.Clustering;

namespace Federation.Actors.Tests.Clustering;

public sealed class FreezeWatchTests
{
    [Fact]
    public void A_process_that_goes_on_is_left_alone()
    {
        var watch = new FreezeWatch(TimeSpan.FromSeconds(10));

        Assert.All(Enumerable.Range(1, 100), second => Assert.Null(watch.Tick(TimeSpan.FromSeconds(second))));
        Assert.Null(watch.Tick(TimeSpan.FromSeconds(110)));
    }

    [Fact]
    public void A_process_that_stood_still_for_longer_than_the_others_wait_is_told_once()
    {
        var watch = new FreezeWatch(TimeSpan.FromSeconds(10));
        watch.Tick(TimeSpan.FromSeconds(1));

        Assert.Equal(TimeSpan.FromSeconds(11), watch.Tick(TimeSpan.FromSeconds(12)));
        Assert.Null(watch.Tick(TimeSpan.FromSeconds(13)));
    }
}
