using System.Text;
using Akka.Actor;
using Akka.TestKit;
using Federation.Actors.Diagnostics;
using Federation.Actors.Messages;
using Federation.Actors.Protocol;
using Federation.Actors.Requests;
using Federation.Actors.Security;
using Federation.Actors.Tests.Protocol;

namespace Federation.Actors.Tests.Requests;

/// <summary>
/// A correlation actor under a component's strategy, with probes for connections, callers and sending side, and a fake bus.
/// </summary>
public abstract class CorrelationKit : VirtualTimeKit
{
    private protected static readonly TimeSpan RequestTimeout = TimeSpan.FromSeconds(5);

    private readonly Dictionary<IActorRef, PeerMeter> _meters = [];
    private TestProbe? _busLog;
    private TestProbe? _health;
    private int _made;
    private bool _control;

    private protected ComponentMetrics Metrics { get; } = new(new FederationMetrics(), "edge-in");

    private protected TestProbe Health => _health ??= CreateTestProbe("health");

    private protected TestProbe BusLog => _busLog ??= CreateTestProbe("bus");

    private protected FakeControlBus Bus { get; private set; } = null!;

    private protected IActorRef Requests { get; private set; } = ActorRefs.Nobody;

    private protected RequestState State { get; private set; } = null!;

    private protected void Start(int most = 10, bool control = true, IActorRef? egress = null)
    {
        var settings = new ComponentSettings
        {
            Name = "edge-in", Bidirectional = new BidirectionalSettings { MaxConcurrentRequests = most, RequestTimeout = RequestTimeout },
        };
        State = RequestState.New(most, Clock.Elapsed, 0);
        Bus = new FakeControlBus(BusLog);
        Requests = Child(
            CreateTestProbe(), Supervisor(), CorrelationActor.Props("node-1", settings, State,
                () => control ? Bus : null, egress ?? ActorRefs.Nobody, Metrics, ActorRefs.Nobody, Health), "requests");
        _control = control;
        if (control)
        {
            ExpectBus("start");
        }
    }

    private protected TestProbe Connect(string identity, bool isFirst = true, ProfileSettings? profile = null)
    {
        var connection = CreateTestProbe($"connection-{_made++}");
        var meter = new PeerMeter(identity, "10.0.0.1:5");
        _meters[connection.Ref] = meter;
        Requests.Tell(new ConnectionProtocol.Opened(connection, new PeerName(identity, Lasting: true), meter)
        {
            Permissions = profile is null ? null : new PeerPermissions(
                profile, identity, new DenialReports(Metrics, new FederationLog(Sys, Sys.Log, "edge-in"), Health)),
        });
        if (_control && isFirst)
        {
            ExpectBus($"offer {identity}");
        }

        return connection;
    }

    /// <summary>A connection is closing: it takes no more requests.</summary>
    private protected void Close(TestProbe connection) => _meters[connection.Ref].End = "gone";

    /// <summary>A connection has ended.</summary>
    private protected void End(TestProbe connection) => Requests.Tell(new ConnectionProtocol.Ended(connection, _meters[connection.Ref]));

    /// <summary>Code asks a peer.</summary>
    private protected TestProbe Call(string peer, string method = "status", string parameters = "", TimeSpan? timeout = null)
    {
        var caller = CreateTestProbe($"caller-{_made++}");
        Requests.Tell(new RequestProtocol.Call("edge-in", peer, method, Encoding.UTF8.GetBytes(parameters), timeout), caller);
        return caller;
    }

    /// <summary>Someone on the bus asks a peer.</summary>
    private protected void Ask(string peer, string payload, string? replyTo = "_INBOX.1") =>
        Requests.Tell(new ControlProtocol.Asked(peer, replyTo, Encoding.UTF8.GetBytes(payload)));

    /// <summary>A peer sends these envelopes in one batch.</summary>
    private protected CountedSource Arrive(TestProbe connection, params string[] envelopes)
    {
        var credit = new CountedSource();
        Requests.Tell(new RequestProtocol.Arrived(Batch(connection, credit, envelopes)));
        return credit;
    }

    /// <summary>A batch as a connection hands it on: with its data dealt with, its requests and replies still to be read.</summary>
    private protected static EnvelopeBatch Batch(IActorRef connection, IBatchSource credit, params string[] envelopes)
    {
        var texts = envelopes.Select(Encoding.UTF8.GetBytes).ToArray();
        var slab = Slab.Rent(texts.Sum(static text => text.Length));
        var batch = new EnvelopeBatch(slab, connection, credit);
        var at = 0;
        foreach (var text in texts)
        {
            text.CopyTo(slab.Bytes, at);
            Assert.True(EnvelopeReader.TryRead(slab.Bytes.AsSpan(at, text.Length), at, out var entry));
            batch.Add(entry);
            at += text.Length;
        }

        batch.BeginControls();
        batch.ReturnCredit();
        return batch;
    }

    private protected CountedSource ArriveReply(TestProbe connection, string id, string payload = """{"status":"ok","result":1}""") =>
        Arrive(connection, $$"""{"type":"reply","id":"{{id}}","payload":{{payload}}}""");

    private protected CountedSource ArriveRequest(TestProbe connection, string id, string method, string parameters = "{}") =>
        Arrive(connection, Request(id, method, parameters));

    private protected static string Request(string id, string method, string parameters = "{}")
    {
        var payload = $$"""{"method":"{{method}}","params":{{parameters}}}""";
        return $$"""{"type":"request","id":"{{id}}","payload":{{payload}}}""";
    }

    /// <summary>The id of the next request that the peer gets.</summary>
    private protected static string ExpectRequest(TestProbe connection, string payload = """{"method":"status","params":{}}""")
    {
        var request = connection.ExpectMsg<RequestProtocol.Request>();
        Assert.Equal(payload, Encoding.UTF8.GetString(request.Payload.Span));
        return request.Id;
    }

    /// <summary>The next thing that the peer gets is this reply.</summary>
    private protected static void ExpectReply(TestProbe connection, string id, string payload)
    {
        var reply = connection.ExpectMsg<RequestProtocol.Reply>();
        Assert.Equal((id, payload), (Encoding.UTF8.GetString(reply.Id.Span), Encoding.UTF8.GetString(reply.Payload.Span)));
    }

    private protected static void ExpectErrorReply(TestProbe connection, string id, string code, string message) =>
        ExpectReply(connection, id, Error(code, message));

    private protected static string Error(string code, string message)
    {
        var error = $$"""{"code":"{{code}}","message":"{{message}}"}""";
        return $$"""{"status":"error","error":{{error}}}""";
    }

    private protected static void ExpectOutcome(TestProbe caller, string reply) =>
        Assert.Equal((reply, null), Text(caller.ExpectMsg<RequestOutcome>()));

    private protected static void ExpectFailure(TestProbe caller, string code, string message)
    {
        var outcome = caller.ExpectMsg<RequestOutcome>();
        Assert.Equal((code, message), (outcome.Code, outcome.Message));
        Assert.True(outcome.Reply.IsEmpty);
    }

    private protected void ExpectBus(params string[] steps)
    {
        foreach (var step in steps)
        {
            Assert.Equal(step, BusLog.ExpectMsg<string>());
        }
    }

    /// <summary>The actor is done, and nobody has anything left that no test has looked at.</summary>
    private protected void ExpectSilence(params TestProbe[] probes)
    {
        Settle(Requests);
        Array.ForEach([.. probes, BusLog], ExpectNothing);
    }

    private static (string Reply, string? Code) Text(RequestOutcome outcome) => (Encoding.UTF8.GetString(outcome.Reply.Span), outcome.Code);
}
