using Federation.Actors.Connections;
using Federation.Actors.Protocol;
using Federation.Actors.Tests.Sending;
using FsCheck;
using FsCheck.Fluent;
using FsCheck.Xunit;

namespace Federation.Actors.Tests.Connections;

public sealed class SentMessagesTests
{
    private readonly SentMessages _sent = new();

    [Property]
    public Property Every_answer_gives_its_messages_once_in_any_order() => Prop.ForAll(
        Gen.Shuffle(Enumerable.Range(0, 40)).Select(static order => order.ToArray()).ToArbitrary(), order =>
        {
            var sent = new SentMessages();
            var messages = Enumerable.Range(0, 120).Select(static n => Outbound.Message(n)).ToArray();
            Array.ForEach(messages, sent.Add);

            foreach (var part in order)
            {
                Assert.Equal(messages[(part * 3)..(part * 3 + 3)], sent.Take(new AnswerRange((part * 3) + 1, 3)));
                Assert.Null(sent.Take(new AnswerRange((part * 3) + 1, 1)));
            }

            Assert.Null(sent.Take(new AnswerRange(121, 1)));
        });

    [Fact]
    public void A_range_is_refused_when_one_of_it_was_not_sent()
    {
        _sent.Add(Outbound.Message(1));

        Assert.Null(_sent.Take(new AnswerRange(1, 2)));
        Assert.Null(_sent.Take(new AnswerRange(2, long.MaxValue - 2)));
    }

    [Fact]
    public void It_is_full_when_one_is_left_unanswered_for_a_million_others()
    {
        var message = Outbound.Message(1);
        for (var i = 0; i < SentMessages.Limit; i++)
        {
            Assert.False(_sent.IsFull);
            _sent.Add(message);
            if (i > 0)
            {
                Assert.NotNull(_sent.Take(new AnswerRange(i + 1, 1)));
            }
        }

        Assert.True(_sent.IsFull);
        Assert.NotNull(_sent.Take(new AnswerRange(1, 1)));
        Assert.False(_sent.IsFull);
    }
}
