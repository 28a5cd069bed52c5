using Akka.Actor;
using Federation.Actors.Requests;

namespace Federation.Actors.Tests.Requests;

/// <summary>Random walks of the table beside a plain list that does the same.</summary>
public sealed class PendingRequestsProperties
{
    private const int PerConnection = 5;

    private static readonly TimeSpan Start = TimeSpan.FromDays(1);
    private static readonly IActorRef[] Connections = [NamedRef.Of("c0"), NamedRef.Of("c1"), NamedRef.Of("c2")];
    private static readonly IActorRef[] Callers = [NamedRef.Of("a"), NamedRef.Of("b")];

    private readonly PendingRequests _table = new(PerConnection, Guid.NewGuid());
    private readonly List<PendingRequest> _model = [];
    private readonly List<PendingRequest> _left = [];
    private int _added;

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(5)]
    public void Each_request_leaves_exactly_once_and_as_a_list_would_have_it(int seed)
    {
        var random = new Random(seed);
        for (var step = 0; step < 5000; step++)
        {
            Step(random, step);
            Assert.Equal(_model.Count, _table.Count);
            Assert.All(Connections, connection =>
                Assert.Equal(_model.Count(request => request.Connection.Equals(connection)) >= PerConnection, _table.IsFull(connection)));
        }

        _left.AddRange(_table.Expire(TimeSpan.MaxValue));
        Assert.Equal(_added, _left.Count);
        Assert.Equal(_added, _left.Select(request => request.Id).Distinct(StringComparer.Ordinal).Count());
        Assert.Equal(0, _table.Count);
    }

    private void Step(Random random, int step)
    {
        var connection = Connections[random.Next(Connections.Length)];
        var now = Start + TimeSpan.FromSeconds(step);
        switch (random.Next(20))
        {
            case < 10 when !_table.IsFull(connection):
                var request = new PendingRequest(
                    _table.NextId(), connection, "m", now, now
                        + TimeSpan.FromSeconds(random.Next(1, 60)), Callers[random.Next(Callers.Length)], static _ => { });
                _table.Add(request);
                _model.Add(request);
                _added++;
                break;
            case < 16:
                Take(random, connection);
                break;
            case 16:
                Same(pending => pending.Connection.Equals(connection), _table.TakeAll(connection));
                break;
            case 17:
                var caller = Callers[random.Next(Callers.Length)];
                Same(pending => pending.Caller.Equals(caller), _table.Cancel(caller));
                break;
            default:
                Same(pending => pending.Deadline <= now, _table.Expire(now));
                break;
        }
    }

    /// <summary>Any id that was ever given out, on any connection.</summary>
    private void Take(Random random, IActorRef connection)
    {
        PendingRequest[] all = [.. _model, .. _left];
        if (all.Length == 0)
        {
            return;
        }

        var id = all[random.Next(all.Length)].Id;
        var expected = _model.Find(
            request => string.Equals(request.Id, id, StringComparison.Ordinal) && request.Connection.Equals(connection));
        Same(request => ReferenceEquals(request, expected), _table.Take(connection, id) is { } taken ? [taken] : []);
    }

    private void Same(Predicate<PendingRequest> leaves, IReadOnlyList<PendingRequest> left)
    {
        Assert.Equal(_model.FindAll(leaves), left);
        _model.RemoveAll(leaves);
        _left.AddRange(left);
    }
}
