using Akka.Actor;
using Akka.TestKit;
using Federation.Actors.Nats;
using Federation.Actors.Protocol;
using Federation.Actors.Sockets;
using Federation.Actors.Sockets.Server;
using Federation.Actors.Supervision;
using Federation.Actors.TestKit;
using Federation.Actors.Tests.Configuration;
using Federation.Actors.Tests.Receiving;
using Federation.Actors.Tests.Sending;
using Microsoft.Extensions.Logging.Abstractions;

namespace Federation.Actors.Tests.Supervision;

/// <summary>
/// What a node's supervisors need: buses and peers that are told what to do, and a port of this machine that nobody dials.
/// </summary>
public abstract class NodeKit : VirtualTimeKit
{
    private TestProbe? _buses;
    private TestProbe? _egressBuses;
    private NodeServices? _services;
    private int _bus;

    /// <summary>Gets the log of every bus.</summary>
    private protected TestProbe Buses => _buses ??= CreateTestProbe("buses");

    /// <summary>Gets the log of every bus that is sent from.</summary>
    private protected TestProbe EgressBuses => _egressBuses ??= CreateTestProbe("egress-buses");

    private protected NodeServices Services => _services ??= CreateServices();

    internal static FederationSettings Node(params string[] components) =>
        Configurations.Load(Configurations.Node(string.Join('\n', components.Select((name, n) => $$"""
            {{name}} {
              server { host = "127.0.0.1", http_port = 0, path = "/ingest-{{n}}" }
              {{Configurations.Ports}}
            }
            """)))).EnsureValid();

    private protected FakeBus NextBus() => Buses.ExpectMsg<FakeBus.Started>().Self;

    private protected void ExpectWritten(long group, string ids) => Assert.Equal((group, ids), Written(Buses.ExpectMsg<FakeBus.Wrote>()));

    private protected static void ExpectGot(Journal<PeerEvent> peer, params string[] parts)
    {
        Assert.True(peer.TryTake(TimeSpan.FromSeconds(10), out var got));
        Assert.All(parts, part => Assert.Contains(part, got.ToString(), StringComparison.Ordinal));
    }

    /// <summary>A peer connects.</summary>
    /// <param name="component">To whom.</param>
    /// <param name="wrap">Makes the socket that the component sees; null: the peer's own.</param>
    private protected static (MemorySocket Socket, Journal<PeerEvent> Got) Join(
        ICanTell component, Func<MemorySocket, IPeerSocket>? wrap = null)
    {
        var got = new Journal<PeerEvent>();
        var socket = MemorySocket.For(got);
        component.Tell(
            new ConnectedPeer(wrap is null ? socket : wrap(socket), new PeerName("client-1", Lasting: false)), ActorRefs.NoSender);
        return (socket, got);
    }

    private protected IActorRef Resolve(ActorPath path)
    {
        var asker = CreateTestProbe();
        Sys.ActorSelection(path).Tell(new Identify(messageId: null), asker);
        var found = asker.ExpectMsg<ActorIdentity>().Subject;
        Assert.NotNull(found);
        return found;
    }

    private static (long Group, string Ids) Written(FakeBus.Wrote wrote) => (wrote.Group, wrote.Ids);

    private NodeServices CreateServices()
    {
        var log = Buses.Ref;
        var egressLog = EgressBuses.Ref;
        return new NodeServices(
            "node",
            new FederationMetrics(),
            new ListenerPool(NullLoggerFactory.Instance),
            NullLoggerFactory.Instance,
            _ => new FakeBus(Interlocked.Increment(ref _bus), log),
            _ => null,
            _ => new FakeEgressBus(egressLog));
    }
}
