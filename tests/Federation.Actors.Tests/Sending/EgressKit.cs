using System.Text;
using Akka.Actor;
using Akka.TestKit;
using Federation.Actors.Diagnostics;
using Federation.Actors.Messages;
using Federation.Actors.Protocol;
using Federation.Actors.Sending;
using Federation.Actors.Tests.Protocol;

namespace Federation.Actors.Tests.Sending;

/// <summary>An egress actor between a fake bus and probes that stand for connections, in virtual time.</summary>
public abstract class EgressKit : VirtualTimeKit
{
    private TestProbe? _busLog;
    private TestProbe? _health;
    private FakeEgressBus? _bus;

    /// <summary>Gets what the bus is told.</summary>
    private protected TestProbe BusLog => _busLog ??= CreateTestProbe("bus");

    private protected TestProbe Health => _health ??= CreateTestProbe("health");

    private protected FakeEgressBus Bus => _bus ??= new FakeEgressBus(BusLog);

    private protected OutputMetrics Metrics { get; } = new(new FederationMetrics().Of("out"));

    private protected IActorRef Egress { get; private set; } = ActorRefs.Nobody;

    private protected static ComponentSettings Component(
        EgressSettings? egress = null, ComponentMode mode = ComponentMode.Server, params string[] streams) => new()
    {
        Name = "out",
        Mode = mode,
        Egress = egress ?? new EgressSettings(),
        Ports = new PortsSettings
        {
            Inputs =
            [
                new InputPortSettings { Name = "plain", Subject = "a" },
                .. streams.Select(static name => new InputPortSettings { Name = name, Subject = name, Type = PortType.Jetstream }),
            ],
        },
    };

    private protected void Start(ComponentSettings? settings = null)
    {
        var bus = Bus;
        Egress = Sys.ActorOf(EgressActor.Props(settings ?? Component(), () => bus, Metrics, Health));
        ExpectBus("start");
    }

    private protected void ExpectBus(params string[] told) =>
        Assert.All(told, what => Assert.Equal(what, BusLog.ExpectMsg<FakeEgressBus.Told>().What));

    /// <summary>A peer connects.</summary>
    private protected (TestProbe Connection, IActorRef Delivery) Join(string peer, bool isLasting = true)
    {
        var connection = CreateTestProbe();
        Egress.Tell(new ConnectionProtocol.Opened(connection, new PeerName(peer, isLasting), new PeerMeter(peer, "10.0.0.1:5")));
        return (connection, connection.ExpectMsg<EgressProtocol.Attached>().Delivery);
    }

    /// <summary>The bus has these messages.</summary>
    private protected SharedCreditCount Publish(params long[] numbers)
    {
        var count = new SharedCreditCount();
        Egress.Tell(new EgressBusProtocol.Received(
            "plain", [.. numbers.Select(static number => Outbound.Message(number))], new SharedCredit(count.Return)));
        return count;
    }

    private protected static void ExpectSent(TestProbe connection, string ids) =>
        Assert.Equal(ids, string.Join(' ', Outbound.Ids(connection.ExpectMsg<EgressProtocol.Send>().Messages)));

    /// <summary>The peer on a connection answers.</summary>
    private protected static CountedSource Answer(TestProbe connection, IActorRef delivery, params string[] envelopes)
    {
        var source = new CountedSource();
        var slab = Slab.Rent(envelopes.Sum(Encoding.UTF8.GetByteCount));
        var batch = new EnvelopeBatch(slab, connection, source, 1);
        var start = 0;
        foreach (var envelope in envelopes)
        {
            start = Batches.Add(batch, slab, start, envelope);
        }

        batch.BeginControls();
        delivery.Tell(new EgressProtocol.Answers(batch));
        batch.Drop();
        return source;
    }

    private protected static CountedSource Ack(TestProbe connection, IActorRef delivery, params string[] ids) =>
        Answer(connection, delivery, [.. ids.Select(static id => $$"""{"type":"ack","id":"{{id}}"}""")]);

    /// <summary>What is replied to a request.</summary>
    private protected string Invoke(TestProbe connection, string method, string parameters)
    {
        Egress.Tell(new EgressProtocol.Invoke(connection, "req-1"u8.ToArray(), method, Encoding.UTF8.GetBytes(parameters)), connection);
        return Encoding.UTF8.GetString(connection.ExpectMsg<EgressProtocol.Invoked>().Reply.Span);
    }

    /// <summary>A connection ends, and the egress actor is notified.</summary>
    private protected void Leave(TestProbe connection, params IActorRef[] deliveries)
    {
        Watch(connection);
        Sys.Stop(connection);
        ExpectTerminated(connection);
        Egress.Tell(new ConnectionProtocol.Ended(connection, new PeerMeter("", "")));
        Settle([Egress, .. deliveries]);
    }
}
