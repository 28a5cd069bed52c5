using Federation.Actors.Sockets;

namespace Federation.Actors.Tests.Sockets;

public sealed class ReceiveBudgetTests
{
    private readonly ReceiveBudget _budget = new(100);
    private readonly List<string> _evicted = [];

    [Fact]
    public void A_single_message_always_fits()
    {
        var large = Share("large");

        Assert.True(_budget.TryHold(large, 500));
        Assert.True(_budget.TryHold(large, 1000));

        Assert.False(_budget.TryHold(Share("small"), 1));
        Assert.Equal(["large"], _evicted);
    }

    [Fact]
    public void The_message_that_began_first_is_evicted_once_and_only_as_much_as_is_needed()
    {
        var (first, second, third) = (Share("first"), Share("second"), Share("third"));
        Assert.True(_budget.TryHold(first, 20));
        Assert.True(_budget.TryHold(second, 30));
        Assert.True(_budget.TryHold(third, 40));
        Assert.True(_budget.TryHold(first, 30));

        Assert.False(_budget.TryHold(Share("fourth"), 10));
        Assert.False(_budget.TryHold(Share("fifth"), 20));
        Assert.Equal(["first"], _evicted);

        Assert.False(_budget.TryHold(Share("sixth"), 40));
        Assert.Equal(["first", "second"], _evicted);
        Assert.Equal(100, _budget.Held);
    }

    [Fact]
    public void What_is_given_back_is_there_for_others()
    {
        var (first, second) = (Share("first"), Share("second"));
        Assert.True(_budget.TryHold(first, 60));
        Assert.True(_budget.TryHold(second, 40));

        _budget.Release(first);
        _budget.Release(first);

        Assert.Equal(40, _budget.Held);
        Assert.True(_budget.TryHold(second, 100));
        Assert.Empty(_evicted);
    }

    [Fact]
    public void A_message_that_is_evicted_and_ends_counts_like_any_other_when_the_next_begins()
    {
        var (first, second) = (Share("first"), Share("second"));
        Assert.True(_budget.TryHold(first, 60));
        Assert.False(_budget.TryHold(second, 60));
        Assert.Equal(["first"], _evicted);
        _budget.Release(first);

        Assert.True(_budget.TryHold(second, 60));
        Assert.True(_budget.TryHold(first, 40));
        Assert.False(_budget.TryHold(first, 50));

        Assert.Equal(["first", "second"], _evicted);
    }

    [Fact]
    public void A_message_that_grows_while_it_is_evicted_gives_back_what_it_took()
    {
        var (first, second, third) = (Share("first"), Share("second"), Share("third"));
        Assert.True(_budget.TryHold(first, 60));
        Assert.False(_budget.TryHold(second, 60));
        Assert.True(_budget.TryHold(first, 80));
        _budget.Release(first);
        Assert.True(_budget.TryHold(second, 50));
        Assert.True(_budget.TryHold(third, 50));

        Assert.False(_budget.TryHold(Share("fourth"), 10));
        Assert.False(_budget.TryHold(Share("fifth"), 40));

        Assert.Equal(["first", "second"], _evicted);
    }

    private ReceiveBudget.Share Share(string name) => new(() => _evicted.Add(name));
}
