using Akka.Actor;
using Federation.Actors.Requests;

namespace Federation.Actors.Tests.Requests;

public sealed class PendingRequestsTests
{
    private static readonly TimeSpan Start = TimeSpan.FromDays(1);

    private readonly PendingRequests _table = new(2, Guid.Parse("00000000-0000-0000-0000-0123456789ab"));
    private readonly IActorRef _one = NamedRef.Of("one");
    private readonly IActorRef _other = NamedRef.Of("other");

    [Fact]
    public void An_id_has_what_tells_this_start_from_others_and_a_count() =>
        Assert.Equal(["req-0123456789ab-1", "req-0123456789ab-2"], [_table.NextId(), _table.NextId()]);

    [Fact]
    public void An_id_is_not_given_out_again_when_its_request_is_over()
    {
        HashSet<string> seen = [];
        for (var i = 0; i < 1000; i++)
        {
            Assert.True(seen.Add(Add(_one).Id));
            _table.TakeAll(_one);
        }
    }

    [Fact]
    public void Another_start_of_the_node_gives_out_other_ids() =>
        Assert.NotEqual(_table.NextId(), new PendingRequests(2, Guid.NewGuid()).NextId());

    [Theory]
    [InlineData("req-0123456789ab-1", true)]
    [InlineData("req-0123456789ab-2", true)]
    [InlineData("req-0123456789ab-3", false)]
    [InlineData("req-0123456789ab-0", false)]
    [InlineData("req-0123456789ab--1", false)]
    [InlineData("req-0123456789ab- 1", false)]
    [InlineData("req-0123456789ab-", false)]
    [InlineData("req-0123456789ab-99999999999999999999", false)]
    [InlineData("req-0123456789ac-1", false)]
    [InlineData("REQ-0123456789ab-1", false)]
    [InlineData("", false)]
    public void An_id_is_ours_when_it_has_been_given_out(string id, bool expected)
    {
        _table.NextId();
        _table.NextId();

        Assert.Equal(expected, _table.IsOurs(id));
    }

    [Fact]
    public void The_limit_is_that_of_one_connection()
    {
        Add(_one);
        Assert.False(_table.IsFull(_one));
        var second = Add(_one);

        Assert.True(_table.IsFull(_one));
        Assert.False(_table.IsFull(_other));
        _table.Take(_one, second.Id);
        Assert.False(_table.IsFull(_one));
    }

    [Fact]
    public void A_limit_below_one_is_refused() => Assert.Throws<ArgumentOutOfRangeException>(() => new PendingRequests(0, Guid.NewGuid()));

    [Fact]
    public void A_request_is_taken_once_and_only_by_its_own_connection()
    {
        var request = Add(_one);

        Assert.Null(_table.Take(_other, request.Id));
        Assert.Same(request, _table.Take(_one, request.Id));
        Assert.Null(_table.Take(_one, request.Id));
        Assert.Equal(0, _table.Count);
    }

    [Fact]
    public void A_caller_takes_back_its_own_requests()
    {
        var caller = NamedRef.Of("caller");
        var mine = Add(_one, caller: caller);
        var others = Add(_one, caller: NamedRef.Of("another"));

        Assert.Equal([mine], _table.Cancel(caller));
        Assert.Same(others, _table.Take(_one, others.Id));
    }

    [Fact]
    public void What_nobody_has_asked_cannot_be_taken_back()
    {
        Add(_one, caller: ActorRefs.Nobody);

        Assert.Empty(_table.Cancel(ActorRefs.Nobody));
        Assert.Equal(1, _table.Count);
    }

    [Fact]
    public void Expire_takes_what_is_past_its_deadline_oldest_first()
    {
        var youngest = Add(_one, sent: 3, deadline: 10);
        var oldest = Add(_one, sent: 1, deadline: 11);
        Add(_other, sent: 2, deadline: 12);

        Assert.Empty(_table.Expire(Start + TimeSpan.FromSeconds(9)));
        Assert.Equal([oldest, youngest], _table.Expire(Start + TimeSpan.FromSeconds(11)));
        Assert.Equal(1, _table.Count);
    }

    [Fact]
    public void TakeAll_takes_what_was_sent_on_one_connection_oldest_first()
    {
        var second = Add(_one, sent: 2);
        var first = Add(_one, sent: 1);
        Add(_other);

        Assert.Equal([first, second], _table.TakeAll(_one));
        Assert.Empty(_table.TakeAll(_one));
        Assert.Equal(1, _table.Count);
    }

    [Fact]
    public void Adding_costs_no_more_than_a_few_dictionaries_and_does_not_grow()
    {
        const int count = 10_000;
        PendingRequest[] requests = [
            .. Enumerable.Range(0, count).Select(i => Request($"req-{i}", NamedRef.Of($"{i % 10}"), ActorRefs.Nobody, 0, 1))];
        var table = new PendingRequests(count, Guid.NewGuid());
        Dictionary<string, PendingRequest> plain = new(StringComparer.Ordinal);

        var ofPlain = Allocated(() => Array.ForEach(requests, request => plain.Add(request.Id, request)));
        var ofTable = Allocated(() => Array.ForEach(requests, table.Add));
        var ofTakes = Allocated(() => Array.ForEach(requests, request => Assert.NotNull(table.Take(request.Connection, request.Id))));

        Assert.InRange(ofTable, 1, ofPlain * 4);
        Assert.InRange(ofTakes, 0, ofPlain);
    }

    private static long Allocated(Action action)
    {
        var before = GC.GetAllocatedBytesForCurrentThread();
        action();
        return GC.GetAllocatedBytesForCurrentThread() - before;
    }

    private static PendingRequest Request(string id, IActorRef connection, IActorRef caller, int sent, int deadline) =>
        new(id, connection, "m", Start + TimeSpan.FromSeconds(sent), Start + TimeSpan.FromSeconds(deadline), caller, static _ => { });

    private PendingRequest Add(IActorRef connection, IActorRef? caller = null, int sent = 0, int deadline = 5)
    {
        var request = Request(_table.NextId(), connection, caller ?? ActorRefs.Nobody, sent, deadline);
        _table.Add(request);
        return request;
    }
}
