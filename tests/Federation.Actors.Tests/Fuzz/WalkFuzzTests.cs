using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using Akka.Actor;
using Federation.Actors.Connections;
using Federation.Actors.Diagnostics;
using Federation.Actors.Protocol;
using Federation.Actors.Receiving;
using Federation.Actors.Requests;
using Federation.Actors.Sockets;
using Federation.Actors.Tests.Supervision;
using Xunit.Abstractions;

namespace Federation.Actors.Tests.Fuzz;

/// <summary>
/// The whole way of a message (pump, connection, queue, publisher) under envelopes and records of every kind, in segments cut
/// anywhere, over several connections, while the queue fails now and then: every id gets its one right answer. FUZZ_ENVELOPES says how
/// many, FUZZ_SEED which.
/// </summary>
public sealed class WalkFuzzTests(ITestOutputHelper output) : global::Akka.TestKit.Xunit2.TestKit(
    "akka { loglevel = OFF, stdout-loglevel = OFF }")
{
    private const int Connections = 6;
    private const int MostUnanswered = 3000;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly ConcurrentQueue<string> _faults = [];
    private readonly ComponentMetrics _metrics = new(new FederationMetrics(), "edge-in");

    private static int Envelopes =>
        int.Parse(Environment.GetEnvironmentVariable("FUZZ_ENVELOPES") ?? "200000", CultureInfo.InvariantCulture) / 4;

    private static int Seed => int.Parse(Environment.GetEnvironmentVariable("FUZZ_SEED") ?? "14", CultureInfo.InvariantCulture);

    [Theory]
    [InlineData(OverflowPolicy.Block, 1000, false)]
    [InlineData(OverflowPolicy.DropOldest, 200, false)]
    [InlineData(OverflowPolicy.Block, 1000, true)]
    [InlineData(OverflowPolicy.DropOldest, 200, true)]
    public void Every_id_gets_its_one_right_answer(OverflowPolicy policy, int queueSize, bool batches)
    {
        var peers = Enumerable.Range(0, Connections)
            .Select(n => new FuzzPeer(Seed + n, $"peer-{n}", policy != OverflowPolicy.Block, _faults, batches)).ToDictionary(
                static peer => peer.Name, StringComparer.Ordinal);
        var queue = Start(policy, queueSize, batches, name => peers[name], [.. peers.Values]);
        var random = new Random(Seed);
        var watch = Stopwatch.StartNew();
        var kills = 0;
        for (var sent = 0; sent < Envelopes && _faults.IsEmpty;)
        {
            foreach (var peer in peers.Values)
            {
                Until(() => !peer.Socket.HasBufferedBytes && peer.Pending < MostUnanswered, peer);
                var count = random.Next(1, batches ? 20 : 200);
                peer.Send(count, mayCut: true);
                sent += count;
            }

            if (sent / 20_000 > kills)
            {
                kills++;
                queue.Tell(Kill.Instance);
            }
        }

        foreach (var peer in peers.Values)
        {
            peer.Send(peer.IsWhole ? 1 : 0, mayCut: false);
            Until(() => peer.Pending == 0, peer);
        }

        Assert.Empty(_faults);
        Assert.Equal(0, _metrics.InFlight.Value);
        Assert.Equal(0, _metrics.Errors(ErrorTypes.MessageFailed).Value);
        output.WriteLine(
            $"{Envelopes} envelopes, {kills} failures of the queue, {watch.Elapsed.TotalSeconds:0.0} s, {_metrics.AcksSent.Value} acks");
    }

    private IActorRef Start(OverflowPolicy policy, int queueSize, bool batches, Func<string, FuzzPeer> peers, IReadOnlyList<FuzzPeer> all)
    {
        var asker = CreateTestProbe();
        var parent = Sys.ActorOf(Props.Create(() => new Parent()));
        IActorRef Child(Props props, string name)
        {
            parent.Tell(new StrategyParent.Add(props, name), asker);
            return asker.ExpectMsg<IActorRef>(Patience);
        }

        var settings = new BackpressureSettings { OnFull = policy, QueueSize = queueSize };
        var state = new QueueState(new BoundedQueue(queueSize, settings.QueueBytes, policy));
        var queue = Child(QueueActor.Props("edge-in", settings, state, _metrics, ActorRefs.Nobody), "queue");
        Child(PublisherActor.Props("edge-in", new OutputPortSettings { Name = PortsSettings.DataName, Subject = "fuzz" },
            () => new FuzzBus(peers, _faults), queue, _metrics, ActorRefs.Nobody), "publisher");
        var component = new ComponentSettings { Name = "edge-in" };
        var requests = Child(
            CorrelationActor.Props(FuzzBus.Node, component, RequestState.New(10, TimeSpan.Zero, 0),
                static () => null, ActorRefs.Nobody, _metrics, ActorRefs.Nobody, ActorRefs.Nobody), "requests");
        var setup = new ConnectionSetup(
            new ConnectionSettings { MaxParseErrors = int.MaxValue }, new ConnectionRoutes(
                queue, requests, ActorRefs.Nobody), _metrics, new FederationLog(Sys, Sys.Log, "edge-in"), Clock.Of(Sys))
        {
            ReadBufferSize = 4096,
            WriteBufferSize = 4096,
            Budget = new ReceiveBudget(1 << 24),
            Loops = new LoopGuard(FuzzBus.Node, 4),
        };
        foreach (var peer in all)
        {
            var connected = new ConnectedPeer(peer.Socket, new PeerName(peer.Name, Lasting: true)) { IsBatching = batches };
            Child(ConnectionActor.Props(connected, setup), peer.Name);
        }

        return queue;
    }

    private void Until(Func<bool> condition, FuzzPeer peer) =>
        Assert.True(SpinWait.SpinUntil(() => condition() || !_faults.IsEmpty, Patience), peer.Describe());

    /// <summary>Restarts what fails, however often.</summary>
    private sealed class Parent : ReceiveActor
    {
        public Parent() => Receive<StrategyParent.Add>(add => Sender.Tell(Context.ActorOf(add.Child, add.Name)));

        protected override SupervisorStrategy SupervisorStrategy() => new OneForOneStrategy(static _ => Directive.Restart);
    }
}
