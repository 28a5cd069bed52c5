using Akka.Actor;
using Akka.TestKit;
using Federation.Actors.Diagnostics;
using Federation.Actors.Messages;
using Federation.Actors.Protocol;
using Federation.Actors.Receiving;

namespace Federation.Actors.Tests.Receiving;

/// <summary>A queue actor under a component's strategy, with probes for everybody around it.</summary>
public abstract class QueueKit : VirtualTimeKit
{
    private protected static readonly string QueueFull = NackReasons.Sentence(NackReason.QueueFull);
    private readonly List<TestProbe> _connections = [];

    private TestProbe? _publisher;
    private TestProbe? _health;

    private protected ComponentMetrics Metrics { get; } = new(new FederationMetrics(), "edge-in");

    private protected TestProbe Publisher => _publisher ??= CreateTestProbe("publisher");

    private protected TestProbe Health => _health ??= CreateTestProbe("health");

    private protected IActorRef Queue { get; private set; } = ActorRefs.Nobody;

    private protected void Start(OverflowPolicy policy, int size, bool enabled = true, long bytes = 1 << 20)
    {
        var settings = new BackpressureSettings { Enabled = enabled, OnFull = policy, QueueSize = size, QueueBytes = bytes };
        var state = new QueueState(new BoundedQueue(size, bytes, enabled ? policy : OverflowPolicy.Block));
        Queue = Child(Publisher, Supervisor(), QueueActor.Props("edge-in", settings, state, Metrics, Health), "queue");
    }

    /// <summary>A registered connection; slow signals pass it by unless it is to hear them.</summary>
    private protected TestProbe Connect(bool hearsSlow = false)
    {
        var connection = CreateTestProbe($"connection-{_connections.Count}");
        if (!hearsSlow)
        {
            connection.IgnoreMessages(static message => message is QueueProtocol.Slow);
        }

        _connections.Add(connection);
        Queue.Tell(new QueueProtocol.Register(connection), connection);
        return connection;
    }

    private protected void Offer(TestProbe connection, params string[] ids) => Queue.Tell(Batches.From(connection, ids), connection);

    private protected CreditCount OfferWithCredit(TestProbe connection, params string[] ids)
    {
        var credits = new CreditCount();
        Queue.Tell(Batches.From(connection, credits, ids), connection);
        return credits;
    }

    private protected long Open(int groups)
    {
        Queue.Tell(new QueueProtocol.Open(groups), Publisher);
        return Publisher.ExpectMsg<QueueProtocol.Opened>().Lease;
    }

    private protected void Settled(long lease, long sequence, params Refusal[] refusals) =>
        Queue.Tell(new QueueProtocol.Settled(lease, sequence, refusals), Publisher);

    /// <summary>Makes the queue throw; returns when it has restarted.</summary>
    private protected void Fail()
    {
        EventFilter.Exception<ActorKilledException>().ExpectOne(() => Queue.Tell(Kill.Instance, Publisher));
        Settle(Queue);
    }

    /// <summary>The next group is this one.</summary>
    private protected void ExpectPublish(long lease, long sequence, params string[] ids)
    {
        var publish = Publisher.ExpectMsg<QueueProtocol.Publish>();
        Assert.Equal((lease, sequence), (publish.Lease, publish.Sequence));
        Assert.Equal(ids, Batches.Ids(publish.Ranges));
    }

    private protected static void ExpectAcked(TestProbe connection, params string[] ids) =>
        Assert.Equal(ids, Batches.Ids(connection.ExpectMsg<QueueProtocol.Acked>().Range));

    private protected static void ExpectNacked(TestProbe connection, NackReason reason, string error, params string[] ids)
    {
        var nacked = connection.ExpectMsg<QueueProtocol.Nacked>();
        Assert.Equal(ids, Batches.Ids(nacked.Range));
        Assert.Equal((reason, error), (nacked.Reason, nacked.Error));
    }

    /// <summary>The queue is done, and nobody has anything left that no test has looked at.</summary>
    private protected void ExpectSilence()
    {
        Settle(Queue);
        foreach (var probe in _connections.Append(Publisher))
        {
            ExpectNothing(probe);
        }
    }
}
