using Federation.Actors.Receiving;
using Federation.Actors.Tests.Receiving;

namespace Federation.Actors.Tests.Receiving;

/// <summary>
/// What is written again when a stream was away, and in which order. Groups are numbered from 1 and have two messages each.
/// </summary>
public sealed class StoringGroupsTests
{
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(5);

    private readonly List<long> _confirmed = [];
    private readonly StoringGroups _groups;
    private readonly List<StoringGroup> _added = [];
    private TimeSpan _now = TimeSpan.Zero;

    public StoringGroupsTests() => _groups = new StoringGroups(Timeout, _confirmed.Add);

    [Fact]
    public void An_answer_is_missed_long_before_a_long_timeout_is_over()
    {
        var groups = new StoringGroups(TimeSpan.FromMinutes(5), _confirmed.Add);
        groups.Add(new StoringGroup(new PublishGroup(1, 1, 1, [Batches.All(Batches.Of("a"))]), TimeSpan.Zero));

        var late = groups.Late(TimeSpan.FromSeconds(3));
        Assert.Single(late);
        groups.Miss(late, TimeSpan.FromSeconds(3), TimeSpan.FromSeconds(3));
        groups.Miss(late, TimeSpan.FromSeconds(6), TimeSpan.FromSeconds(6));

        Assert.Equal(StoringPhase.Away, groups.Phase);
        Assert.True(groups.TryTakeProbe(TimeSpan.FromSeconds(6), out _));
    }

    [Fact]
    public void Nothing_is_written_again_while_nothing_is_wrong()
    {
        Write(1, 2);
        Assert.Equal(StoringPhase.Calm, _groups.Phase);
        Assert.Empty(TakeAll());

        Store((1, 0), (1, 1), (2, 0), (2, 1));

        Assert.Equal([1, 2], _confirmed);
        Assert.Equal(StoringPhase.Calm, _groups.Phase);
    }

    [Fact]
    public void While_the_stream_is_away_only_the_first_message_of_the_oldest_group_is_written_again()
    {
        Write(1, 2);
        Refuse((1, 0), (1, 1), (2, 0), (2, 1));

        for (var i = 0; i < 3; i++)
        {
            Assert.Equal([(1, 0)], TakeAll());
            Assert.Empty(TakeAll());
            Refuse((1, 0));
        }

        Assert.Equal(StoringPhase.Away, _groups.Phase);
    }

    [Fact]
    public void A_younger_group_is_not_written_before_the_older_one_whose_retry_was_refused()
    {
        Write(1);
        Refuse((1, 0), (1, 1));
        Assert.Equal([(1, 0)], TakeAll());
        Write(2);
        Refuse((1, 0), (2, 0), (2, 1));

        // From here on the stream is back.
        Assert.Equal([(1, 0)], TakeAll());
        Store((1, 0));

        Assert.Equal([(1, 1), (2, 0), (2, 1)], TakeAll());
    }

    [Fact]
    public void When_the_first_message_is_stored_the_others_follow_at_once_and_in_order()
    {
        Write(1, 2, 3);
        Store((1, 0), (2, 1));
        Refuse((1, 1), (2, 0), (3, 1), (3, 0));
        Assert.Equal([(1, 1)], TakeAll());
        Assert.False(_groups.HasNext);

        Store((1, 1));

        Assert.True(_groups.HasNext);
        Assert.Equal([(2, 0), (3, 0), (3, 1)], TakeAll());
        Assert.Equal(StoringPhase.Back, _groups.Phase);
        Store((2, 0), (3, 0), (3, 1));
        Assert.Equal(StoringPhase.Calm, _groups.Phase);
        Assert.Equal([1, 2, 3], _confirmed);
    }

    [Fact]
    public void A_first_message_that_is_refused_for_good_lets_the_others_follow()
    {
        Write(1);
        Refuse((1, 0), (1, 1));
        Assert.Equal([(1, 0)], TakeAll());

        _groups.Answer(1, 0, new PubAck(PubAckOutcome.Refused, "full"), _now);

        Assert.Equal([(1, 1)], TakeAll());
    }

    [Fact]
    public void When_the_stream_goes_away_again_nothing_more_is_written_and_the_first_that_is_missing_is_tried()
    {
        Write(1, 2);
        Refuse((1, 0), (1, 1), (2, 0), (2, 1));
        TakeAll();
        Store((1, 0));
        Assert.True(_groups.TryTakeNext(_now, out var second));
        Assert.Equal((1L, 1), (second.Group.Number, second.Index));
        Assert.True(_groups.TryTakeNext(_now, out var third));
        Assert.Equal((2L, 0), (third.Group.Number, third.Index));

        Refuse((1, 1));

        Assert.False(_groups.TryTakeNext(_now, out _));
        Assert.Equal([(1, 1)], TakeAll());
        Refuse((2, 0));
        Store((1, 1));
        Assert.Equal([(2, 0)], TakeAll());
        Store((2, 0));
        Assert.Equal([(2, 1)], TakeAll());
    }

    [Fact]
    public void What_follows_waits_for_the_answers_to_a_group_that_was_written_before()
    {
        Write(1, 2);
        Refuse((1, 0), (1, 1), (2, 1));
        Assert.Equal([(1, 0)], TakeAll());
        Store((1, 0));
        Assert.Equal([(1, 1)], TakeAll());

        Store((2, 0));

        Assert.Equal([(2, 1)], TakeAll());
    }

    [Fact]
    public void Nothing_is_written_again_before_an_older_group_has_its_answers()
    {
        Write(1, 2);
        Refuse((2, 0), (2, 1));
        Assert.Empty(TakeAll());

        Store((1, 0), (1, 1));

        Assert.Equal([(2, 0)], TakeAll());
    }

    [Fact]
    public void Each_group_expires_on_its_own_whether_or_not_the_stream_has_been_tried()
    {
        Write(1, 2);
        Refuse((1, 0), (1, 1));
        _now = TimeSpan.FromSeconds(1);
        Refuse((2, 0), (2, 1));
        TakeAll();
        _now = Timeout;
        Refuse((1, 0));
        _groups.Expire(_now);
        Assert.Equal([1], _confirmed);
        Assert.Equal([(2, 0)], TakeAll());
        Refuse((2, 0));

        _now = Timeout + TimeSpan.FromSeconds(1);
        _groups.Expire(_now);

        Assert.Equal([1, 2], _confirmed);
        Assert.Equal(StoringPhase.Calm, _groups.Phase);
        Assert.All(_added, group => Assert.Equal(2, group.Group.Refusals.Count));
    }

    [Fact]
    public void A_younger_group_expires_while_the_older_one_is_tried()
    {
        Write(1, 2);
        Refuse((1, 0), (1, 1), (2, 0), (2, 1));
        TakeAll();

        _now = Timeout;
        _groups.Expire(_now);

        Assert.True(_added[1].IsDone);
        Assert.False(_added[0].IsDone);
        Refuse((1, 0));
        _groups.Expire(_now);
        Assert.Equal([2], _confirmed);
    }

    [Fact]
    public void An_attempt_without_an_answer_counts_as_not_now_when_the_server_is_there()
    {
        Write(1);
        Refuse((1, 0), (1, 1));
        _now = TimeSpan.FromSeconds(1);
        TakeAll();
        Assert.Empty(_groups.Late(_now + (Timeout / 2)));
        var asked = _now + (Timeout / 2) + TimeSpan.FromTicks(1);
        var late = _groups.Late(asked);
        Assert.Equal(_added, late);

        _groups.Miss(late, asked, asked);
        Assert.Equal(StoringPhase.Probing, _groups.Phase);
        _groups.Miss(late, asked, asked + (Timeout / 2));

        Assert.Equal(StoringPhase.Away, _groups.Phase);
        Assert.Equal([(1, 0)], TakeAll());
    }

    [Fact]
    public void A_late_not_now_to_what_is_stored_means_nothing()
    {
        Write(1);
        Store((1, 0));

        Refuse((1, 0));

        Assert.Equal(StoringPhase.Calm, _groups.Phase);
        Store((1, 1));
        Assert.Equal([1], _confirmed);
    }

    private void Write(params int[] numbers)
    {
        foreach (var number in numbers)
        {
            var group = new StoringGroup(new PublishGroup(number, 1, number, [Batches.All(Batches.Of("a", "b"))]), _now);
            _added.Add(group);
            _groups.Add(group);
        }
    }

    private void Store(params (long Group, int Index)[] messages) => Answer(PubAck.Stored, messages);

    private void Refuse(params (long Group, int Index)[] messages) => Answer(PubAck.NoResponders, messages);

    private void Answer(PubAck answer, (long Group, int Index)[] messages)
    {
        foreach (var (group, index) in messages)
        {
            _groups.Answer(group, index, answer, _now);
        }
    }

    /// <summary>What the bus would write now: what is next, or else one to try.</summary>
    private List<(long Group, int Index)> TakeAll()
    {
        var taken = new List<(long Group, int Index)>();
        if (_groups.TryTakeProbe(_now, out var probe))
        {
            taken.Add((probe.Group.Number, probe.Index));
        }

        while (_groups.TryTakeNext(_now, out var next))
        {
            taken.Add((next.Group.Number, next.Index));
        }

        return taken;
    }
}
