using Akka.Actor;
using Akka.TestKit;
using Federation.Actors.Diagnostics;
using Federation.Actors.Messages;
using Federation.Actors.Protocol;
using Federation.Actors.Receiving;
using Federation.Actors.Tests.Receiving;

namespace Federation.Actors.Tests.Receiving;

/// <summary>A publisher under a component's strategy, between a probe for the queue and buses that do as they are told.</summary>
/// <remarks>The buses write their log to the queue's probe, so that a test sees what came before what.</remarks>
public abstract class PublisherKit : VirtualTimeKit
{
    private protected const string Subject = "federated.data";
    private TestProbe? _queue;
    private TestProbe? _health;
    private QueueProtocol.Open? _open;
    private int _buses;

    private protected ComponentMetrics Metrics { get; } = new(new FederationMetrics(), "edge-in");

    private protected TestProbe Queue => _queue ??= CreateTestProbe("queue");

    private protected TestProbe Health => _health ??= CreateTestProbe("health");

    private protected IActorRef Publisher { get; private set; } = ActorRefs.Nobody;

    /// <summary>Starts the publisher.</summary>
    /// <param name="subject">Its port's.</param>
    /// <returns>Its first bus, which is not up.</returns>
    private protected FakeBus Start(string subject = Subject)
    {
        var log = Queue.Ref;
        var asker = CreateTestProbe();
        var props = PublisherActor.Props("edge-in", new OutputPortSettings { Name = PortsSettings.DataName, Subject = subject },
            () => new FakeBus(Interlocked.Increment(ref _buses), log), log, Metrics, Health);
        Publisher = Child(asker, Supervisor(), props, "publisher");
        return NextBus();
    }

    /// <summary>Starts the publisher and opens lease 1.</summary>
    /// <param name="subject">Its port's.</param>
    private protected FakeBus StartPublishing(string subject = Subject)
    {
        var bus = Start(subject);
        Up(bus, lease: 1);
        return bus;
    }

    private protected FakeBus NextBus() => Queue.ExpectMsg<FakeBus.Started>().Self;

    private protected void Up(FakeBus bus, long lease)
    {
        bus.Up();
        ExpectOpen();
        Opened(lease);
    }

    private protected QueueProtocol.Open ExpectOpen()
    {
        _open = Queue.ExpectMsg<QueueProtocol.Open>();
        Assert.Equal(PublisherActor.Window, _open.Groups);
        return _open;
    }

    /// <summary>The queue answers the last open, or the one given.</summary>
    private protected void Opened(long lease, QueueProtocol.Open? open = null) =>
        Publisher.Tell(new QueueProtocol.Opened(lease, open ?? _open!), Queue);

    private protected EnvelopeBatch Publish(long lease, long sequence, params string[] ids)
    {
        var batch = Batches.Of(ids);
        Publisher.Tell(new QueueProtocol.Publish(lease, sequence, [Batches.All(batch)]), Queue);
        return batch;
    }

    private protected void ExpectWritten(int bus, long group, string ids) =>
        Assert.Equal(new FakeBus.Wrote(bus, group, ids), Queue.ExpectMsg<FakeBus.Wrote>());

    private protected IReadOnlyList<Refusal> ExpectSettled(long lease, long sequence)
    {
        var settled = Queue.ExpectMsg<QueueProtocol.Settled>();
        Assert.Equal((lease, sequence), (settled.Lease, settled.Sequence));
        return settled.Refusals;
    }

    /// <summary>The bus is abandoned before the queue may let go of what it gave out.</summary>
    private protected void ExpectLeft(int bus)
    {
        ExpectAbandoned(bus);
        Queue.ExpectMsg<QueueProtocol.Close>();
    }

    private protected void ExpectAbandoned(int bus)
    {
        Assert.Equal(new FakeBus.Abandoned(bus), Queue.ExpectMsg<FakeBus.Abandoned>());
        Assert.Equal(new FakeBus.Disposed(bus), Queue.ExpectMsg<FakeBus.Disposed>());
    }

    private protected void ExpectSilence()
    {
        Settle(Publisher);
        ExpectNothing(Queue);
    }

    /// <summary>Passes the longest pause that may come before the next attempt.</summary>
    private protected FakeBus Reconnect()
    {
        Settle(Publisher);
        Advance(PublisherActor.LongestPause * 1.2);
        return NextBus();
    }
}
