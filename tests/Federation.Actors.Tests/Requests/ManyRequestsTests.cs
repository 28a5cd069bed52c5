using System.Globalization;
using System.Text;
using Akka.Actor;
using Akka.TestKit;
using Federation.Actors.Diagnostics;
using Federation.Actors.Messages;
using Federation.Actors.Protocol;
using Federation.Actors.Requests;
using Federation.Actors.Tests.Protocol;

namespace Federation.Actors.Tests.Requests;

/// <summary>A thousand requests at once, to peers that are slow, forgetful, repeat themselves or go away.</summary>
public sealed class ManyRequestsTests : CorrelationKit
{
    private const int Peers = 10;
    private const int PerPeer = 100;

    private readonly Dictionary<IActorRef, int> _callers = [];
    private readonly Dictionary<int, RequestOutcome> _outcomes = [];
    private readonly CountedSource _credits = new();
    private int _replies;

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Each_caller_gets_exactly_one_outcome_and_it_is_its_own(int seed)
    {
        Start(most: PerPeer, control: false);
        IActorRef[] peers = [.. Enumerable.Range(0, Peers).Select(
            i => Sys.ActorOf(Props.Create(() => new FlakyPeer((seed * Peers) + i, Answer, Requests))))];
        for (var i = 0; i < Peers; i++)
        {
            Requests.Tell(new ConnectionProtocol.Opened(
                peers[i], new PeerName($"peer-{i}", Lasting: true), new PeerMeter($"peer-{i}", "10.0.0.1:5")));
        }

        var callers = CreateTestProbe("callers");
        for (var number = 0; number < Peers * PerPeer; number++)
        {
            Call(callers, number);
        }

        Settle(Requests);
        Assert.Equal(Peers * PerPeer, State.Pending.Count);
        Pass(peers, TimeSpan.FromSeconds(2));
        foreach (var peer in peers[..2])
        {
            Watch(peer);
            Sys.Stop(peer);
            ExpectTerminated(peer);
            Requests.Tell(new ConnectionProtocol.Ended(peer, new PeerMeter("", "")));
        }

        Assert.Equal(Peers - 2, PeersLeft());
        Pass(peers[2..], TimeSpan.FromSeconds(8));

        Assert.Equal(0, State.Pending.Count);
        Collect(callers);
        Assert.Equal(Peers * PerPeer, _outcomes.Count);
        ExpectNothing(callers);
        Check();
    }

    /// <summary>A caller's ref stands for the number of its request and passes everything on to one probe.</summary>
    private void Call(TestProbe callers, int number)
    {
        var caller = Sys.ActorOf(Props.Create(() => new NumberedCaller(number, callers)));
        _callers.Add(caller, number);
        var parameters = Encoding.UTF8.GetBytes(number.ToString(CultureInfo.InvariantCulture));
        Requests.Tell(new RequestProtocol.Call("edge-in", $"peer-{number % Peers}", "echo", parameters, null), caller);
    }

    private int PeersLeft()
    {
        Settle(Requests);
        return State.Peers.All.Count;
    }

    /// <summary>Lets time pass in small steps, each of which everybody has dealt with before the next.</summary>
    private void Pass(IActorRef[] peers, TimeSpan time)
    {
        for (var passed = TimeSpan.Zero; passed < time; passed += CorrelationActor.SweepInterval)
        {
            Advance(CorrelationActor.SweepInterval);
            Settle([.. peers, Requests]);
        }
    }

    private void Collect(TestProbe callers)
    {
        Settle([.. _callers.Keys]);
        while (callers.HasMessages)
        {
            var (number, outcome) = callers.ExpectMsg<(int, RequestOutcome)>();
            Assert.True(_outcomes.TryAdd(number, outcome), $"{number} has a second outcome");
        }
    }

    private void Check()
    {
        var byCode = _outcomes.GroupBy(static pair => pair.Value.Code ?? "reply", StringComparer.Ordinal).ToDictionary(
            static group => group.Key, StringComparer.Ordinal);
        Assert.Equal(["connection_lost", "reply", "timeout"], byCode.Keys.Order(StringComparer.Ordinal));
        Assert.All(byCode["reply"], static pair => Assert.Equal(
            string.Create(CultureInfo.InvariantCulture, $$"""{"status":"ok","result":{{pair.Key}}}"""),
                Encoding.UTF8.GetString(pair.Value.Reply.Span)));
        Assert.All(byCode["connection_lost"], static pair => Assert.InRange(pair.Key % Peers, 0, 1));
        Assert.Equal(byCode["timeout"].Count(), Metrics.RequestTimeouts.Value);
        Assert.Equal(byCode["reply"].Count(), Metrics.RepliesReceived(ReplyStatuses.Ok).Value);
        Assert.Equal(_replies, Metrics.RepliesReceived(ReplyStatuses.Ok).Value + Metrics.RepliesReceived(ReplyStatuses.Late).Value);
        Assert.InRange(Metrics.RepliesReceived(ReplyStatuses.Late).Value, 1, _replies);
        Assert.Equal(_replies, _credits.Returned);
    }

    private EnvelopeBatch Answer(IActorRef connection, RequestProtocol.Request request)
    {
        Interlocked.Increment(ref _replies);
        using var asked = System.Text.Json.JsonDocument.Parse(request.Payload);
        var result = asked.RootElement.GetProperty("params").GetRawText();
        var payload = $$"""{"status":"ok","result":{{result}}}""";
        return Batch(connection, _credits, $$"""{"type":"reply","id":"{{request.Id}}","payload":{{payload}}}""");
    }
}
