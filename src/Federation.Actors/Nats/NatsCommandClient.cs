using Federation.Actors.Diagnostics;
using Microsoft.Extensions.Logging.Abstractions;
using NATS.Client.Core;

namespace Federation.Actors.Nats;

/// <summary>A connection to NATS for one command of the program. Thread-safe.</summary>
internal sealed class NatsCommandClient : IAsyncDisposable
{
    /// <summary>The wait for another node after the last one has answered.</summary>
    private static readonly TimeSpan LastAnswer = TimeSpan.FromMilliseconds(300);

    /// <summary>Added to the library's bounds, for a server that accepts a connection and stays silent.</summary>
    private static readonly TimeSpan Margin = TimeSpan.FromSeconds(1);

    private readonly NatsSettings _nats;
    private readonly NatsConnection _connection;
    private volatile string? _error;
    private long _dropped;

    public NatsCommandClient(NatsSettings nats, string verb)
    {
        _nats = nats;
        _connection = new NatsConnection(
            NatsOptions.Create(nats, new NatsServers(nats.Url), $"federation {verb}", NullLoggerFactory.Instance));
        _connection.ServerError += (_, error) => Tell(() =>
        {
            _error = error.Error;
            ServerError?.Invoke(error.Error);
        });
        _connection.ConnectionDisconnected += (_, _) => Tell(() => Disconnected?.Invoke());
        _connection.MessageDropped += (_, _) => Tell(() => Interlocked.Increment(ref _dropped));
    }

    public event Action<string>? ServerError;

    public event Action? Disconnected;

    public long Dropped => Interlocked.Read(ref _dropped);

    /// <returns>The problem and its remedy; null when it is open.</returns>
    public async Task<string?> OpenAsync(CancellationToken cancel)
    {
        try
        {
            var servers = _nats.Url.Count(static letter => letter == ',') + 1;
            await _connection.ConnectAsync().AsTask().WaitAsync((_nats.ConnectTimeout * servers) + Margin, cancel);
            return null;
        }
        catch (Exception e) when (
            e is NatsException or TimeoutException or IOException or System.Security.Authentication.AuthenticationException)
        {
            return $"cannot reach NATS at {_nats.DisplayUrl}: {NatsProblem.Describe(e, ConnectErrors.Of(_connection))}; start it, or set "
                + "another one with --set federation.nats.url=URL";
        }
    }

    /// <summary>Opens the connection, sends a request to a control subject, and waits for the first reply.</summary>
    public async Task<ControlAnswer> AskAsync(string subject, ReadOnlyMemory<byte> question, TimeSpan timeout, CancellationToken cancel)
    {
        if (await OpenAsync(cancel) is { } problem)
        {
            return ControlAnswer.Failed(ControlAnswerKind.Failed, problem);
        }

        try
        {
            var answer = await _connection.RequestAsync(
                subject,
                question,
                requestSerializer: NatsRawSerializer<ReadOnlyMemory<byte>>.Default,
                replySerializer: NatsRawSerializer<byte[]>.Default,
                replyOpts: new NatsSubOpts { Timeout = timeout },
                cancellationToken: cancel);
            return new ControlAnswer(ControlAnswerKind.Answered, answer.Data, "");
        }
        catch (Exception e) when (e is NatsException or OperationCanceledException && !cancel.IsCancellationRequested)
        {
            return Failed(subject, timeout, e);
        }
    }

    /// <summary>As <see cref="AskAsync"/>, with the replies of all nodes that share the subject.</summary>
    /// <returns>At least one answer; the only one when there is none from a node.</returns>
    public async Task<IReadOnlyList<ControlAnswer>> AskAllAsync(
        string subject, ReadOnlyMemory<byte> question, TimeSpan timeout, CancellationToken cancel)
    {
        if (await OpenAsync(cancel) is { } problem)
        {
            return [ControlAnswer.Failed(ControlAnswerKind.Failed, problem)];
        }

        var answers = new List<ControlAnswer>();
        try
        {
            await foreach (var answer in _connection.RequestManyAsync(
                subject,
                question,
                requestSerializer: NatsRawSerializer<ReadOnlyMemory<byte>>.Default,
                replySerializer: NatsRawSerializer<byte[]>.Default,
                replyOpts: new NatsSubOpts { StartUpTimeout = timeout, IdleTimeout = LastAnswer, ThrowIfNoResponders = true },
                cancellationToken: cancel))
            {
                answers.Add(new ControlAnswer(ControlAnswerKind.Answered, answer.Data, ""));
            }
        }
        catch (NatsException e)
        {
            return [Failed(subject, timeout, e)];
        }

        return answers.Count > 0 ? answers : [Failed(subject, timeout, new NatsNoReplyException())];
    }

    /// <summary>Returns once the server has accepted all subscriptions.</summary>
    /// <param name="receive">Receives subject, headers and payload of each message, sequentially for each subscription; false ends all of
    /// them.</param>
    /// <returns>Completes when they have ended.</returns>
    public async Task<Task> SubscribeAsync(
        IReadOnlyList<string> subjects,
        Func<string, IReadOnlyList<KeyValuePair<string, string>>, byte[], bool> receive, CancellationToken cancel)
    {
        // Not disposed: the last reader may still look at its token.
        var end = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        var reading = new List<Task>();
        foreach (var subject in subjects)
        {
            reading.Add(ReadAsync(
                await _connection.SubscribeCoreAsync(subject, serializer: NatsRawSerializer<byte[]>.Default, cancellationToken: cancel)));
        }

        await _connection.PingAsync(cancel);
        return Task.WhenAll(reading);

        async Task ReadAsync(INatsSub<byte[]> subscription)
        {
            try
            {
                await foreach (var message in subscription.Msgs.ReadAllAsync(end.Token))
                {
                    var headers = (message.Headers ?? []).Select(static header => KeyValuePair.Create(header.Key, header.Value.ToString()));
                    if (!receive(message.Subject, [.. headers], message.Data ?? []))
                    {
                        await end.CancelAsync();
                    }
                }
            }
            catch (OperationCanceledException)
            {
                // No more are wanted.
            }
        }
    }

    /// <exception cref="IOException">JetStream cannot be reached.</exception>
    public async Task<IReadOnlyList<(string Consumer, string Stream, bool IsDeleted)>> ForgetAsync(
        ComponentSettings component, string peer, CancellationToken cancel)
    {
        try
        {
            return await ForgottenPeer.ForgetAsync(_connection, _nats, component, peer, cancel);
        }
        catch (NatsException e)
        {
            throw new IOException($"cannot send a request to JetStream: {e.GetBaseException().Message}", e);
        }
    }

    /// <summary>Compares the server of the open connection with a configuration.</summary>
    public Task<IReadOnlyList<Finding>> InspectAsync(FederationSettings settings, CancellationToken cancel) =>
        new NatsInspection(_connection, settings).RunAsync(cancel);

    public ValueTask DisposeAsync() => _connection.DisposeAsync();

    private ControlAnswer Failed(string subject, TimeSpan timeout, Exception failure) => failure switch
    {
        NatsNoRespondersException => ControlAnswer.Failed(
            ControlAnswerKind.NobodyThere, $"no responder on {subject} at {_nats.DisplayUrl}"),
        NatsNoReplyException or OperationCanceledException => ControlAnswer.Failed(
            ControlAnswerKind.Failed,
            _error is { } error ? $"no reply on {subject}; NATS reports: {error}"
                : $"no reply on {subject} within {timeout.TotalSeconds:0.###} s; --timeout sets the limit"),
        _ => ControlAnswer.Failed(
            ControlAnswerKind.Failed, $"cannot send a request on {subject}: {failure.GetBaseException().Message}"),
    };

    private static ValueTask Tell(Action what)
    {
        what();
        return ValueTask.CompletedTask;
    }
}

internal sealed record ControlAnswer(ControlAnswerKind Kind, ReadOnlyMemory<byte> Payload, string Problem)
{
    public static ControlAnswer Failed(ControlAnswerKind kind, string problem) => new(kind, default, problem);
}

internal enum ControlAnswerKind
{
    Answered,

    NobodyThere,

    Failed,
}
