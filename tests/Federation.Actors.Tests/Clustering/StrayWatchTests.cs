using Federation.Actors.Clustering;

namespace Federation.Actors.Tests.Clustering;

public sealed class StrayWatchTests
{
    private readonly StrayWatch _watch = new(TimeSpan.FromSeconds(15));

    [Fact]
    public void One_that_answers_for_longer_than_joining_takes_is_in_another_cluster()
    {
        Assert.Equal(Enumerable.Range(100, 20).Select(static second => second > 115), Enumerable.Range(100, 20).Select(
            second => IsThere("a", second)));
    }

    [Fact]
    public void One_that_was_away_meanwhile_has_all_of_its_time_again()
    {
        Assert.False(IsThere("a", 0));
        Assert.False(IsThere("a", 10));
        Assert.False(IsThere("a", 21));
        Assert.False(IsThere("a", 31));
        Assert.True(IsThere("a", 37));
    }

    [Fact]
    public void Each_is_watched_for_itself()
    {
        for (var second = 0; second < 15; second++)
        {
            Assert.False(IsThere("a", second));
        }

        Assert.False(IsThere("b", 16));
        Assert.True(IsThere("a", 16));
    }

    private bool IsThere(string node, int second) => _watch.IsThere(node, TimeSpan.FromSeconds(second));
}
