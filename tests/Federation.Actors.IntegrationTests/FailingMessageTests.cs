using Akka.Actor;
using Federation.Actors.IntegrationTests.Support;
using Federation.Actors.Nats;
using Federation.Actors.Protocol;
using Federation.Actors.Receiving;
using Microsoft.Extensions.Logging.Abstractions;

namespace Federation.Actors.IntegrationTests;

/// <summary>A message that makes the node itself fail, for whatever reason, fails alone.</summary>
public sealed class FailingMessageTests : IAsyncLifetime
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private readonly ActorSystem _system = ActorSystem.Create("owner", "akka { loglevel = OFF, stdout-loglevel = OFF }");
    private NatsServer _nats = null!;

    public async Task InitializeAsync() => _nats = await NatsServer.StartAsync(new NatsServerOptions { JetStream = true });

    public async Task DisposeAsync()
    {
        await _system.Terminate();
        await _nats.DisposeAsync();
    }

    [Theory]
    [InlineData(PortType.Nats)]
    [InlineData(PortType.Jetstream)]
    [InlineData(PortType.Local)]
    public async Task It_alone_is_refused_and_the_bus_goes_on(PortType port)
    {
        using var owner = Inbox.Create(_system);
        var ports = new LocalPorts();
        _ = AckAllAsync(ports["edge-in"].Attach());
        await using var bus = Bus(port, ports);
        bus.Start(owner.Receiver);
        Assert.IsType<BusProtocol.Up>(await owner.ReceiveAsync(Patience));
        var batch = Batch();
        var group = new PublishGroup(1, 1, 0, [new MessageRange(batch, 0, batch.Count)]);

        await bus.WriteAsync(group);

        var failed = Assert.IsType<BusProtocol.Failed>(await owner.ReceiveAsync(Patience));
        Assert.IsType<ArgumentOutOfRangeException>(failed.Failure);
        Assert.Equal(1, Assert.IsType<BusProtocol.Confirmed>(await owner.ReceiveAsync(Patience)).Number);
        Assert.Equal([new Refusal(batch, 1, NackReason.PublishFailed, "the node failed to publish this message")], group.Refusals);
        bus.Abandon();
    }

    private static async Task AckAllAsync(LocalConsumer consumer)
    {
        await foreach (var delivery in consumer.Deliveries.Reader.ReadAllAsync())
        {
            consumer.Take(delivery).Ack();
        }
    }

    private IMessageBus Bus(PortType port, LocalPorts ports)
    {
        var component = TestNode.Component("edge-in") with
        {
            Ports = new PortsSettings
            {
                Outputs = [new OutputPortSettings { Name = "ws_data", Type = port, Subject = "data",
                    Stream = new StreamSettings { Name = "DATA", Create = port == PortType.Jetstream } }],
            },
        };
        var settings = new FederationSettings { Nats = new NatsSettings { Url = _nats.Url }, Components = [component] };
        return new NatsBuses(settings, NullLoggerFactory.Instance).Output(component, ports, new FederationMetrics());
    }

    /// <summary>Three messages, of which the second says that it stands where it does not.</summary>
    private static EnvelopeBatch Batch()
    {
        var json = """{"type":"data","id":"a","payload":1}"""u8;
        var slab = Slab.Rent(json.Length);
        json.CopyTo(slab.Bytes);
        var batch = new EnvelopeBatch(slab, ActorRefs.Nobody, null) { Peer = new PeerName("edge-7", Lasting: false) };
        Assert.True(EnvelopeReader.TryRead(json, 0, out var entry));
        batch.Add(entry);
        var broken = entry;
        broken.SubjectOffset = int.MaxValue;
        broken.SubjectLength = 1;
        batch.Add(broken);
        batch.Add(entry);
        return batch;
    }
}
