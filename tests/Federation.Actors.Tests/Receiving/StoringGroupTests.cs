using Federation.Actors.Protocol;
using Federation.Actors.Receiving;
using Federation.Actors.Tests.Receiving;

namespace Federation.Actors.Tests.Receiving;

/// <summary>What is known of each message of a group on its way into a stream.</summary>
public sealed class StoringGroupTests
{
    private static readonly PubAck Full = new(PubAckOutcome.Refused, "full");

    private readonly PublishGroup _group = new(1, 1, 0, [Batches.All(Batches.Of("a", "b")), Batches.All(Batches.Of("c"))]);

    [Fact]
    public void It_is_done_when_each_message_is_stored()
    {
        var storing = new StoringGroup(_group, TimeSpan.Zero);
        storing.Answer(2, PubAck.Stored, TimeSpan.Zero);
        storing.Answer(0, PubAck.Stored, TimeSpan.Zero);
        Assert.False(storing.IsAnswered);
        storing.Answer(0, PubAck.Stored, TimeSpan.Zero);
        Assert.False(storing.IsAnswered);

        storing.Answer(1, PubAck.Stored, TimeSpan.Zero);

        Assert.True(storing.IsDone);
        storing.Conclude();
        Assert.Empty(_group.Refusals);
    }

    [Fact]
    public void Refusals_are_in_the_order_of_the_messages()
    {
        var storing = new StoringGroup(_group, TimeSpan.Zero);
        storing.Answer(2, Full, TimeSpan.Zero);
        storing.Answer(1, PubAck.Stored, TimeSpan.Zero);
        storing.Answer(0, new PubAck(PubAckOutcome.Refused, "large", NackReason.TooLarge), TimeSpan.Zero);

        storing.Conclude();

        Assert.Equal(
            [(0, NackReason.TooLarge, "large"), (0, NackReason.PublishFailed, "full")],
            _group.Refusals.Select(refusal => (refusal.Index, refusal.Reason, refusal.Error)));
        Assert.Equal(_group.Ranges[1].Batch, _group.Refusals[1].Batch);
    }

    [Fact]
    public void What_cannot_be_stored_now_is_tried_again_and_only_that()
    {
        var storing = new StoringGroup(_group, TimeSpan.Zero);
        storing.Answer(0, PubAck.Stored, TimeSpan.Zero);
        storing.Answer(1, PubAck.NoResponders, TimeSpan.Zero);
        storing.Answer(2, PubAck.NoResponders, TimeSpan.Zero);
        Assert.True(storing.IsAnswered);
        Assert.False(storing.IsDone);

        Assert.True(storing.TryTake(TimeSpan.FromSeconds(1), out var first));
        Assert.True(storing.TryTake(TimeSpan.FromSeconds(1), out var second));
        Assert.False(storing.TryTake(TimeSpan.FromSeconds(1), out _));

        Assert.Equal(new StoringMessage(_group, 1, _group.Ranges[0].Batch, 1), first);
        Assert.Equal(new StoringMessage(_group, 2, _group.Ranges[1].Batch, 0), second);
        Assert.Equal(TimeSpan.FromSeconds(1), storing.Tried);
        Assert.False(storing.IsAnswered);
        storing.Answer(1, PubAck.Stored, TimeSpan.Zero);
        storing.Answer(2, PubAck.Stored, TimeSpan.Zero);
        Assert.True(storing.IsDone);
    }

    [Fact]
    public void Nothing_is_tried_again_before_each_message_has_an_answer()
    {
        var storing = new StoringGroup(_group, TimeSpan.Zero);
        storing.Answer(0, PubAck.NoResponders, TimeSpan.Zero);
        storing.Answer(2, PubAck.NoResponders, TimeSpan.Zero);
        Assert.False(storing.TryTake(TimeSpan.Zero, out _));

        storing.Answer(1, PubAck.Stored, TimeSpan.Zero);

        Assert.True(storing.TryTake(TimeSpan.Zero, out var first));
        Assert.Equal(0, first.Index);
        storing.Rewind();
        Assert.False(storing.TryTake(TimeSpan.Zero, out _));
    }

    [Fact]
    public void A_late_answer_that_it_is_stored_counts_after_one_that_it_is_not_now()
    {
        var storing = new StoringGroup(_group, TimeSpan.Zero);
        storing.Answer(0, PubAck.Stored, TimeSpan.Zero);
        storing.Answer(1, PubAck.Stored, TimeSpan.Zero);
        storing.MissRest(TimeSpan.Zero);
        Assert.False(storing.IsDone);

        storing.Answer(2, PubAck.Stored, TimeSpan.Zero);

        Assert.True(storing.IsDone);
    }

    [Fact]
    public void What_was_not_stored_in_time_is_refused_with_the_last_answer()
    {
        var storing = new StoringGroup(_group, TimeSpan.Zero);
        storing.Answer(0, PubAck.Stored, TimeSpan.Zero);
        storing.Answer(1, PubAck.NoResponders, TimeSpan.Zero);
        storing.MissRest(TimeSpan.Zero);

        storing.GiveUp(TimeSpan.Zero);
        storing.Conclude();

        Assert.True(storing.IsDone);
        Assert.Equal(
            ["no stream has the subject", "JetStream has not answered; the message may have been stored"], _group.Refusals.Select(
                refusal => refusal.Error));
    }

    [Fact]
    public void An_answer_to_no_message_of_the_group_is_ignored()
    {
        var storing = new StoringGroup(_group, TimeSpan.Zero);
        storing.Answer(3, PubAck.Stored, TimeSpan.Zero);
        storing.Answer(-1, PubAck.Stored, TimeSpan.Zero);
        Assert.False(storing.IsAnswered);
    }
}
