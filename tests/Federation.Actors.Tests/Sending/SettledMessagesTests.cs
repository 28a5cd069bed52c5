using Federation.Actors.Sending;

namespace Federation.Actors.Tests.Sending;

public sealed class SettledMessagesTests
{
    private readonly SettledMessages _messages = new();

    [Fact]
    public void The_next_consumer_begins_with_the_first_message_that_is_not_settled()
    {
        _messages.Begin(10);
        Assert.Equal(11, _messages.Next);
        Give(11, 13, 14);

        _messages.Settle(11);
        _messages.Settle(14);

        Assert.Equal(13, _messages.Next);
        _messages.Settle(13);
        Assert.Equal(15, _messages.Next);
    }

    [Fact]
    public void What_is_settled_is_not_given_out_a_second_time()
    {
        _messages.Begin(0);
        Give(1, 2, 3);
        _messages.Settle(2);

        Assert.Equal((true, false, true, true), (_messages.TryGive(1), _messages.TryGive(2), _messages.TryGive(3), _messages.TryGive(4)));
    }

    private void Give(params long[] numbers) => Assert.All(numbers, number => Assert.True(_messages.TryGive(number)));
}
