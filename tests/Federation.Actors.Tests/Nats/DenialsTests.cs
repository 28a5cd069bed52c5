using Federation.Actors.Nats;
using Federation.Actors.Receiving;
using Federation.Actors.Tests.Receiving;

namespace Federation.Actors.Tests.Nats;

/// <summary>Which messages on their way into a stream the server has denied. A message is published to its id up to the colon.</summary>
public sealed class DenialsTests
{
    private static readonly TimeSpan Now = TimeSpan.Zero;

    private readonly Denials _denials = new();
    private readonly List<long> _confirmed = [];
    private readonly StoringGroups _groups;
    private readonly Dictionary<long, PublishGroup> _added = [];

    public DenialsTests() => _groups = new StoringGroups(TimeSpan.FromSeconds(5), _confirmed.Add);

    [Fact]
    public void Of_a_group_the_messages_to_the_denied_subject_are_refused_and_the_others_wait_for_their_answers()
    {
        Write(1, "no:1", "ok:2", "no:3", "ok:4");
        Deny("no", 2);

        Assert.Equal(["no"], Settle(written: (1, 4)));
        Assert.Empty(_confirmed);

        Store((1, 1), (1, 3));
        Assert.Equal([1], _confirmed);
        Assert.Equal(["0 denied no", "2 denied no"], Refused(1));
        Assert.True(_denials.IsEmpty);
    }

    [Fact]
    public void A_denial_that_came_after_the_pong_is_settled_with_the_next()
    {
        Write(1, "no:1");
        _denials.Add("no", "denied no", 5);

        Assert.Empty(Settle(ping: 5, written: (1, 1)));
        Assert.Empty(_confirmed);

        Assert.Equal(["no"], Settle(ping: 6, written: (1, 1)));
        Assert.Equal([1], _confirmed);
    }

    [Fact]
    public void What_was_written_after_the_ping_is_left_alone()
    {
        Write(1, "no:1", "no:2");
        Write(2, "no:3");
        Deny("no", 1);

        Assert.Equal(["no"], Settle(written: (1, 1)));

        Assert.Equal([(1, 1), (2, 0)], _groups.Pending((2, 1)).Select(static message => ((int)message.Group.Number, message.Index)));
    }

    [Fact]
    public void A_permission_that_is_withdrawn_between_two_messages_refuses_only_the_one_that_the_stream_does_not_answer()
    {
        Write(1, "no:1", "no:2");
        Deny("no", 1);

        Assert.Empty(Settle(written: (1, 2)));
        Store((1, 0));

        Assert.Equal(["no"], Settle(ping: 3, written: (1, 2)));
        Assert.Equal(["1 denied no"], Refused(1));
    }

    [Fact]
    public void A_permission_that_is_given_back_holds_up_nobody_and_refuses_nothing_that_was_written_later()
    {
        Write(1, "no:1", "no:2");
        Deny("no", 1);
        Assert.Empty(Settle(written: (1, 2)));
        Write(2, "no:3");

        Store((1, 1));

        Assert.Equal(["no"], Settle(ping: 3, written: (2, 1)));
        Assert.Equal(["0 denied no"], Refused(1));
        Assert.Equal([(2, 0)], _groups.Pending((2, 1)).Select(static message => ((int)message.Group.Number, message.Index)));
    }

    [Fact]
    public void A_subject_that_nobody_has_published_to_refuses_nothing()
    {
        Write(1, "ok:1");
        Deny("mapped", 1);

        Assert.Equal(["mapped"], Settle(written: (1, 1)));
        Assert.Single(_groups.Pending((1, 1)));
        Assert.True(_denials.IsEmpty);
    }

    private void Write(long number, params string[] ids)
    {
        var group = new PublishGroup(number, lease: 1, sequence: number, [Batches.All(Batches.Of(ids))]);
        _added[number] = group;
        _groups.Add(new StoringGroup(group, Now));
    }

    private void Deny(string subject, int times)
    {
        for (var i = 0; i < times; i++)
        {
            _denials.Add(subject, $"denied {subject}", 1);
        }
    }

    private List<string> Settle((long Group, int Count) written, long ping = 2) => [.. _denials
        .Settle(ping, written, _groups,
            static message => System.Text.Encoding.ASCII.GetString(message.Batch.Id(message.Batch[message.At])).Split(':')[0], Now)
        .Select(static settled => settled.Subject)];

    private void Store(params (long Group, int Index)[] messages)
    {
        foreach (var (group, index) in messages)
        {
            _groups.Answer(group, index, PubAck.Stored, Now);
        }
    }

    private IEnumerable<string> Refused(long group) => _added[group].Refusals.Select(static refusal => $"{refusal.Index} {refusal.Error}");
}
