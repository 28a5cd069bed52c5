using System.Net.WebSockets;
using Akka.Actor;
using Akka.TestKit;
using Federation.Actors.Connections;
using Federation.Actors.Diagnostics;
using Federation.Actors.Messages;
using Federation.Actors.Protocol;
using Federation.Actors.Sockets;
using Federation.Actors.TestKit;
using Federation.Actors.Tests.Protocol;

namespace Federation.Actors.Tests.Connections;

/// <summary>A connection between a fake socket and a probe that stands for the queue, in virtual time.</summary>
public abstract class ConnectionKit : VirtualTimeKit
{
    /// <summary>Bytes of answers that may stay unread.</summary>
    private const int MostUnread = 1000;

    /// <summary>How long a test waits for what must come.</summary>
    private protected static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    /// <param name="requests">Whether requests go to the probe that stands for the correlation actor, or are off.</param>
    /// <param name="egress">Whether messages are sent to the peer, and the probe stands for who sends.</param>
    /// <param name="receives">Whether messages are taken from the peer.</param>
    /// <param name="batches">Whether both ends have agreed on batch frames.</param>
    private protected ConnectionKit(bool requests = true, bool egress = false, bool receives = true, bool batches = false)
    {
        Queue = CreateTestProbe();
        Egress = CreateTestProbe();
        Requests = CreateTestProbe();
        Network = CreateTestProbe();
        var network = Network.Ref;
        Component = CreateTestProbe();
        Socket = new MemorySocket(seen =>
        {
            if (seen is not PeerEvent.Got)
            {
                network.Tell(seen);
            }
        })
        { AnswersClose = false, IsAsynchronous = true, RemoteAddress = "192.0.2.1:4711" };
        var settings = new ConnectionSettings { MaxMessageSize = 2000, MaxParseErrors = 3, SendQueueBytes = MostUnread };
        var routes = new ConnectionRoutes(
            receives ? Queue : ActorRefs.Nobody, requests ? Requests : ActorRefs.Nobody, egress ? Egress : ActorRefs.Nobody);
        var setup = new ConnectionSetup(settings, routes, Metrics, new FederationLog(Sys, Sys.Log, "in"), Clock)
        {
            ReadBufferSize = 4096,
            Budget = new ReceiveBudget(1 << 20),
            WriteBufferSize = 4096,
            KeepAliveMessageInterval = TimeSpan.FromSeconds(30),
            Loops = new LoopGuard("node-1", 3),
        };
        Peer = new ConnectedPeer(Socket, new PeerName("edge", Lasting: true)) { IsBatching = batches };
        Connection = Sys.ActorOf(ConnectionActor.Props(Peer, setup));
        Component.Watch(Connection);
        if (receives)
        {
            Queue.ExpectMsg<QueueProtocol.Register>(register => Assert.Equal(Connection, register.Connection), Patience);
        }

        if (egress)
        {
            Egress.ExpectMsg<ConnectionProtocol.Opened>(
                opened => Assert.Equal((Connection, new PeerName("edge", true)), (opened.Connection, opened.Peer)), Patience);
        }

        if (requests)
        {
            Requests.ExpectMsg<ConnectionProtocol.Opened>(
                opened => Assert.Equal((Connection, Peer.Meter), (opened.Connection, opened.Meter)), Patience);
        }
    }

    private protected ComponentMetrics Metrics { get; } = new(new FederationMetrics(), "in");

    private protected TestProbe Queue { get; }

    private protected TestProbe Egress { get; }

    private protected TestProbe Requests { get; }

    private protected TestProbe Network { get; }

    private protected TestProbe Component { get; }

    private protected MemorySocket Socket { get; }

    private protected ConnectedPeer Peer { get; }

    private protected IActorRef Connection { get; }

    private protected long UnixTime => Clock.UnixMilliseconds;

    private protected static string Data(string id, int length = 60) => Envelopes.Data(id, length);

    private protected void Ack(EnvelopeBatch batch, int index) =>
        Connection.Tell(new QueueProtocol.Acked(new MessageRange(batch, index, 1)));

    private protected EnvelopeBatch Receive(params MemoryFrame[] frames)
    {
        Socket.Send(frames);
        return Queue.ExpectMsg<EnvelopeBatch>(Patience);
    }

    /// <summary>The texts of the next write.</summary>
    private protected IReadOnlyList<string> Written() => Network.ExpectMsg<PeerEvent.Written>(Patience).Texts;

    /// <summary>Types and ids of the next write.</summary>
    private protected IReadOnlyList<(string Type, string? Id)> Answers() =>
        [.. Written().Select(text => Envelopes.Read(text)!).Select(envelope => (envelope.Type, envelope.Id))];

    /// <summary>Waits until the connection has dealt with all it was told before, and has written nothing.</summary>
    private protected void Settle()
    {
        Settle(Connection);
        Assert.False(Network.HasMessages);
    }

    private protected void ExpectClose(WebSocketCloseStatus status, string description) =>
        Assert.Equal(new PeerEvent.Closed((int)status, description), Network.ExpectMsg<PeerEvent.Closed>(Patience));

    private protected void ExpectCut()
    {
        Component.ExpectTerminated(Connection, Patience);
        Network.ExpectMsg<PeerEvent.Lost>(Patience);
        Network.ExpectMsg<PeerEvent.Disposed>(Patience);
    }
}
