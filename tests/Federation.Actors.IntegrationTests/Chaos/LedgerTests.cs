namespace Federation.Actors.IntegrationTests.Chaos;

/// <summary>The oracle sees what it is there for.</summary>
public sealed class LedgerTests
{
    private readonly Ledger _ledger = new("s");

    [Fact]
    public void A_stream_with_every_acked_message_in_order_is_right()
    {
        Ack(0, 1, 3);
        Find(0, 1, 2, 3);
        Assert.Empty(_ledger.Judge());
    }

    [Fact]
    public void An_acked_message_that_is_missing_is_seen()
    {
        Ack(0, 1);
        Find(0);
        Assert.Equal(["s: 1 was acked and is not there"], _ledger.Judge());
    }

    [Fact]
    public void A_message_that_is_there_twice_is_seen()
    {
        Ack(0, 1);
        Find(0, 1, 1);
        Assert.Equal(["s: 1 is there twice"], _ledger.Judge());
    }

    [Fact]
    public void A_message_out_of_order_is_seen_unless_it_was_nacked_and_sent_again()
    {
        _ledger.Answered(2, acked: false);
        Ack(0, 1, 2, 3, 4);
        Find(0, 3, 1, 4, 2);
        Assert.Equal(["s: 1 stands behind 3"], _ledger.Judge());
    }

    [Theory]
    [InlineData("""{"from":"s","n":7,"check":"0"}""")]
    [InlineData("""{"from":"s","n":1,"check":"0"}""")]
    [InlineData("""{"from":"t","n":1}""")]
    [InlineData("")]
    public void A_message_that_was_never_sent_or_has_changed_is_seen(string payload)
    {
        _ledger.Found(payload, sent: 5);
        Assert.Equal([$"s: was never sent: {payload}"], _ledger.Judge());
    }

    private void Ack(params long[] numbers) => Array.ForEach(numbers, number => _ledger.Answered(number, acked: true));

    private void Find(params long[] numbers) => Array.ForEach(numbers, number => _ledger.Found(_ledger.Payload(number), sent: 5));
}
