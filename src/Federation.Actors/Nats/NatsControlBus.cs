using System.Text;
using Akka.Actor;
using Federation.Actors.Protocol;
using Federation.Actors.Requests;
using NATS.Client.Core;

namespace Federation.Actors.Nats;

/// <summary>The control subjects on NATS: <c>send.*</c>, <c>peers</c>, <c>request</c> and <c>reply</c> below the port's
/// subject.</summary>
/// <remarks>Each peer has a subscription of its own, so that NATS routes to its node. Several nodes may share the subject; a request for
/// an absent peer gets "no responders" at once.</remarks>
internal sealed class NatsControlBus : IControlBus
{
    /// <summary>Requests that may wait for the owner, and messages that may wait for NATS; more are refused.</summary>
    internal const int MostUnderWay = 1024;

    private const int HeaderFrame = 12;

    private const int HeaderLine = 4;

    private readonly NatsLink _link;
    private readonly NatsConnection _connection;
    private readonly ControlSubscriptions _subscriptions;
    private readonly ControlFaults _faults;
    private readonly string _subject;
    private readonly CancellationTokenSource _stop = new();

    // Ends with the connection of the moment, and what was asked on it.
    private CancellationTokenSource _lost = new();
    private IActorRef _owner = ActorRefs.Nobody;
    // A message has come since the connection was lost. The library subscribes again before it calls the connection open.
    private volatile bool _isHeard;
    private int _asked;
    private int _unsent;

    // Where the port has answered lately: what the server refuses there is the port's.
    private readonly string?[] _answered = new string?[128];
    private int _answers;

    public NatsControlBus(NatsLink link, string subject)
    {
        _subject = subject;
        _link = link;
        _connection = link.Connection;
        _subscriptions = new ControlSubscriptions(link, _stop.Token);
        _faults = new ControlFaults(link, _subscriptions, subject, IsOwn, message => _owner.Tell(message, ActorRefs.NoSender), _stop.Token);
        link.Happened += happened =>
        {
            if (happened is LinkEvent.Down)
            {
                _isHeard = false;
                _ = Interlocked.Exchange(ref _lost, new CancellationTokenSource()).CancelAsync();
            }
            else if (happened is LinkEvent.Failed failed)
            {
                Note($"NATS reports: {failed.Error}");
            }
        };
    }

    public int MaxPayload => _connection.ServerInfo?.MaxPayload ?? int.MaxValue;

    public void Start(IActorRef owner)
    {
        _owner = owner;
        _subscriptions.Add(ControlSubjects.Peers(_subject), (replyTo, payload, _) =>
        {
            if (replyTo is not null)
            {
                Tell(replyTo, new ControlProtocol.PeersAsked(replyTo, payload));
            }
        });
        _link.Open();
    }

    public void Taken()
    {
        // After a restart also what an earlier bus has told is dealt with.
        if (Interlocked.Decrement(ref _asked) < 0)
        {
            Interlocked.Increment(ref _asked);
        }
    }

    public void Offer(string peer) => _subscriptions.Add(ControlSubjects.Send(_subject, peer), (replyTo, payload, traceParent) =>
        Tell(replyTo, new ControlProtocol.Asked(peer, replyTo, payload) { TraceParent = traceParent }));

    public void Withdraw(string peer) => _subscriptions.Remove(ControlSubjects.Send(_subject, peer));

    public bool TryShowRequest(ControlMessage request) => TryPublish(ControlSubjects.Request(_subject), request.Payload, Headers(request));

    public bool TryShowReply(ControlMessage reply) => TryPublish(ControlSubjects.Reply(_subject), reply.Payload, Headers(reply));

    public bool TryAnswer(string replyTo, ReadOnlyMemory<byte> payload)
    {
        _answered[(uint)Interlocked.Increment(ref _answers) % _answered.Length] = replyTo;
        return TryPublish(replyTo, payload, null, whenOpen: _isHeard);
    }

    public async Task<ReadOnlyMemory<byte>> RequestAsync(ControlMessage request, TimeSpan timeout)
    {
        // Before the look at the state: a connection that is lost after it ends this.
        var lost = Volatile.Read(ref _lost).Token;
        _faults.Ask();
        if (_connection.ConnectionState != NatsConnectionState.Open)
        {
            return ReplyPayload.Error(RequestErrors.BusUnavailable, "NATS is unreachable");
        }

        var headers = Headers(request);
        if (request.Payload.Length + Bytes(headers) > MaxPayload)
        {
            return ReplyPayload.Error(
                RequestErrors.TooLarge, $"the request has {request.Payload.Length} bytes, and NATS has a maximum of {MaxPayload} with "
                    + "headers");
        }

        // The library's own time begins when the request is written, for which it would wait as long as NATS is away.
        using var end = CancellationTokenSource.CreateLinkedTokenSource(lost);
        end.CancelAfter(timeout);
        try
        {
            var answer = await _connection.RequestAsync(
                ControlSubjects.Request(_subject),
                request.Payload,
                headers,
                NatsRawSerializer<ReadOnlyMemory<byte>>.Default,
                NatsRawSerializer<byte[]>.Default,
                requestOpts: null,
                new NatsSubOpts { Timeout = timeout },
                end.Token);
            return answer.Headers is { } said && said.TryGetValue(FederationHeaders.ServiceError, out var error)
                ? ReplyPayload.Error(said.TryGetValue(FederationHeaders.ServiceErrorCode, out var code) ? code.ToString() : "service_error",
                    error.ToString())
                : ControlPayload.FromService(answer.Data ?? []);
        }
        catch (NatsNoRespondersException)
        {
            return ReplyPayload.Error(RequestErrors.UnknownMethod, $"no responder for {request.Method}");
        }
        catch (Exception e) when (e is NatsNoReplyException or OperationCanceledException && !lost.IsCancellationRequested)
        {
            return ReplyPayload.Error(RequestErrors.Timeout, $"no answer within {timeout.TotalSeconds:0.###} s");
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            return ReplyPayload.Error(RequestErrors.BusUnavailable, "the connection to NATS was lost before the answer arrived");
        }
    }

    public async ValueTask DisposeAsync()
    {
        // Not disposed: attempts may still look at its token.
        await _stop.CancelAsync();
        await Volatile.Read(ref _lost).CancelAsync();
        await _subscriptions.DisposeAsync();
        await _link.DisposeAsync();
    }

    private bool IsOwn(string subject) =>
        subject.StartsWith(_subject + ".", StringComparison.Ordinal) || Array.IndexOf(_answered, subject) >= 0;

    private void Note(string text) => _owner.Tell(new ControlProtocol.Notice(text), ActorRefs.NoSender);

    private static NatsHeaders Headers(ControlMessage message)
    {
        var headers = new NatsHeaders { [FederationHeaders.Peer] = message.Peer, [FederationHeaders.RequestId] = message.Id };
        if (message.Method is { } method)
        {
            headers[FederationHeaders.Method] = method;
        }

        if (message.TraceParent is { } traceParent)
        {
            headers[TraceParent.Name] = traceParent;
        }

        return headers;
    }

    private static int Bytes(NatsHeaders? headers) =>
        headers is null ? 0 : HeaderFrame
            + headers.Sum(static header => header.Key.Length + Encoding.UTF8.GetByteCount(header.Value.ToString()) + HeaderLine);

    /// <summary>Notifies the owner, unless too many requests wait for it.</summary>
    private void Tell(string? replyTo, object message)
    {
        _isHeard = true;
        if (Interlocked.Increment(ref _asked) <= MostUnderWay)
        {
            _owner.Tell(message, ActorRefs.NoSender);
            return;
        }

        Taken();
        if (replyTo is not null)
        {
            TryAnswer(replyTo, ReplyPayload.Error(RequestErrors.TooManyRequests, $"{MostUnderWay} requests are already pending"));
        }
    }

    private bool TryPublish(string subject, ReadOnlyMemory<byte> payload, NatsHeaders? headers, bool whenOpen = false)
    {
        if ((_connection.ConnectionState != NatsConnectionState.Open && !whenOpen) || payload.Length + Bytes(headers) > MaxPayload)
        {
            return false;
        }

        if (Interlocked.Increment(ref _unsent) > MostUnderWay)
        {
            Interlocked.Decrement(ref _unsent);
            return false;
        }

        var lost = whenOpen ? Volatile.Read(ref _lost).Token : CancellationToken.None;
        var sent = _connection.PublishAsync(
            subject, payload, headers, serializer: NatsRawSerializer<ReadOnlyMemory<byte>>.Default, cancellationToken: lost);
        if (sent.IsCompletedSuccessfully)
        {
            Interlocked.Decrement(ref _unsent);
        }
        else
        {
            _ = EndAsync(sent);
        }

        return true;
    }

    private async Task EndAsync(ValueTask sent)
    {
        try
        {
            await sent;
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            Note("a control message could not be sent to NATS: " + e.Message);
        }
        finally
        {
            Interlocked.Decrement(ref _unsent);
        }
    }
}
