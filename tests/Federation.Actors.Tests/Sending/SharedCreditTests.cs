using Federation.Actors.Sending;

namespace Federation.Actors.Tests.Sending;

public sealed class SharedCreditTests
{
    [Fact]
    public void It_comes_back_with_the_last_who_shares_it()
    {
        var count = new SharedCreditCount();
        var credit = new SharedCredit(count.Return);
        credit.Share();

        credit.Return();
        Assert.Equal(0, count.Returned);
        credit.Return();

        Assert.Equal(1, count.Returned);
    }

    [Fact]
    public void Many_threads_return_it_once()
    {
        for (var round = 0; round < 200; round++)
        {
            var count = new SharedCreditCount();
            var credit = new SharedCredit(count.Return);
            Parallel.For(0, 50, _ =>
            {
                credit.Share();
                credit.Return();
            });

            Assert.Equal(0, count.Returned);
            credit.Return();
            Assert.Equal(1, count.Returned);
        }
    }
}
