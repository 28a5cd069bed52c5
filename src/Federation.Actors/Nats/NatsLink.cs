using Federation.Actors.Diagnostics;
using Federation.Actors.Settings;
using NATS.Client.Core;

namespace Federation.Actors.Nats;

/// <summary>A connection to NATS that is opened again and again until it is open, and that says why it is not. Thread-safe.</summary>
/// <remarks>
/// The client library reconnects a connection that was open once. The first attempts are made here, because the library does not say why they
/// fail. Events come from the library's threads, one at a time, and must not wait.
/// </remarks>
internal sealed class NatsLink : IAsyncDisposable
{
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(2);

    /// <summary>How long an error that was read is waited for at most until the library has handed it on, which it does on a thread of its own.</summary>
    private static readonly TimeSpan LongestHandOver = TimeSpan.FromSeconds(1);

    private static readonly TimeSpan HandOverPoll = TimeSpan.FromMilliseconds(5);

    private static readonly TimeSpan LongestInboxPause = TimeSpan.FromSeconds(5);

    private readonly TaskCompletionSource _opened = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly CancellationTokenSource _stop = new();
    private volatile string? _lastError;
    private int _isMending;

    // Errors of the server that were read, in the order of the bytes, and of them those that were handed on.
    private long _errorsRead;
    private long _errorsHandedOn;

    /// <param name="options">How to connect.</param>
    /// <param name="servers">Where to.</param>
    public NatsLink(NatsOpts options, NatsServers servers)
    {
        Connection = new NatsConnection(options with
        {
            IgnoreAuthErrorAbort = true,
            ReconnectWaitMin = TimeSpan.FromMilliseconds(250),
            ReconnectWaitMax = LongestPause,
            SuppressSlowConsumerWarnings = true,
        });
        Connection.ConnectionOpened += (_, _) => Tell(() =>
        {
            servers.Learn(Connection.ServerInfo);
            _lastError = null;
            _opened.TrySetResult();
            Up?.Invoke();
        });
        Connection.ConnectionDisconnected += (_, _) => Tell(() => Down?.Invoke(Reason("NATS has closed the connection or is gone")));
        Connection.ReconnectFailed += (_, _) => Tell(() => CannotOpen?.Invoke(Reason(ConnectErrors.Of(Connection) is { } error ? $"NATS cannot be reached: {error}" : "NATS cannot be reached")));
        Connection.ServerError += (_, error) => Tell(() =>
        {
            Read(error.Error);
            Interlocked.Increment(ref _errorsHandedOn);
        });
        ServerSockets.Use(Connection, servers, () => new ServerProtocolReader(_ => Interlocked.Increment(ref _errorsRead), static _ => { }));
    }

    /// <summary>The connection is open.</summary>
    public event Action? Up;

    /// <summary>The connection is lost, with the reason, without a full stop.</summary>
    public event Action<string>? Down;

    /// <summary>An attempt to open the connection has failed, with the reason, likewise.</summary>
    public event Action<string>? CannotOpen;

    /// <summary>The server has refused a subscription or a publish.</summary>
    public event Action<NatsRefusal>? Refused;

    /// <summary>The server has reported another error.</summary>
    public event Action<string>? Failed;

    /// <summary>The connection.</summary>
    public NatsConnection Connection { get; }

    /// <summary>True while it is open.</summary>
    public bool IsOpen => Connection.ConnectionState == NatsConnectionState.Open;

    /// <summary>Completes when the connection has been open for the first time.</summary>
    public Task Opened => _opened.Task;

    /// <summary>Whether a subject is the one on which this connection gets the answers to its requests.</summary>
    public bool IsInbox(string subject) =>
        subject.StartsWith($"{Connection.Opts.InboxPrefix}.", StringComparison.Ordinal);

    /// <summary>Starts connecting in the background.</summary>
    public void Open() => _ = Task.Run(OpenAsync);

    /// <summary>Waits until the server has taken what was written before, for example a subscription.</summary>
    /// <param name="refused">Completes when the server refuses it.</param>
    /// <param name="stop">Ends the wait.</param>
    /// <returns>False when <paramref name="refused"/> has completed.</returns>
    /// <exception cref="Exception">The connection is lost.</exception>
    public async Task<bool> IsAcceptedAsync(Task refused, CancellationToken stop)
    {
        await Connection.PingAsync(stop);

        // The server refuses before it answers the PING.
        var read = Interlocked.Read(ref _errorsRead);
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(stop);
        limit.CancelAfter(LongestHandOver);
        using var poll = new PeriodicTimer(HandOverPoll);
        try
        {
            while (!refused.IsCompleted && Interlocked.Read(ref _errorsHandedOn) < read)
            {
                await poll.WaitForNextTickAsync(limit.Token);
            }
        }
        catch (OperationCanceledException) when (!stop.IsCancellationRequested)
        {
            // An error that was lost together with its connection.
        }

        return !refused.IsCompleted;
    }

    /// <summary>Whether the server takes an empty message for a subject.</summary>
    /// <param name="subject">One that nobody listens to.</param>
    /// <param name="stop">Ends the wait.</param>
    /// <exception cref="Exception">The connection is lost.</exception>
    public Task<bool> MayPublishAsync(string subject, CancellationToken stop) => IsAllowedAsync(subject, async refused =>
    {
        await Connection.PublishAsync(subject, cancellationToken: stop);
        return await IsAcceptedAsync(refused, stop);
    });

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        // Not disposed: an attempt may still look at its token.
        await _stop.CancelAsync();
        await Connection.DisposeAsync();
    }

    private static ValueTask Tell(Action what)
    {
        what();
        return ValueTask.CompletedTask;
    }

    private string Reason(string otherwise) => _lastError is { } error ? $"NATS says: {error}" : otherwise;

    private void Read(string error)
    {
        if (NatsRefusal.Parse(error) is { } refusal)
        {
            if (refusal.IsSubscription && IsInbox(refusal.Subject) && Interlocked.Exchange(ref _isMending, 1) == 0)
            {
                _ = Task.Run(MendInboxAsync);
            }

            Refused?.Invoke(refusal);
            return;
        }

        _lastError = error;
        Failed?.Invoke(error);
    }

    /// <summary>
    /// The library subscribes to the inbox of its requests once for each connection. When the server has refused that, no request is answered until
    /// there is another connection, which makes sense as soon as the server takes a subscription of this kind.
    /// </summary>
    private async Task MendInboxAsync()
    {
        var pause = Backoff.OfNats(LongestInboxPause);
        while (await pause.WaitAsync(_stop.Token))
        {
            try
            {
                if (await IsInboxAllowedAsync())
                {
                    Volatile.Write(ref _isMending, 0);
                    await Connection.ReconnectAsync();
                    return;
                }
            }
            catch (Exception e) when (e is not OutOfMemoryException)
            {
                // The connection is away; the next look tells.
            }
        }
    }

    private Task<bool> IsInboxAllowedAsync()
    {
        var subject = $"{Connection.Opts.InboxPrefix}.{Guid.NewGuid():N}.*";
        return IsAllowedAsync(subject, async refused =>
        {
            await using var subscription = await Connection.SubscribeCoreAsync<byte[]>(subject, cancellationToken: _stop.Token);
            return await IsAcceptedAsync(refused, _stop.Token);
        });
    }

    private async Task<bool> IsAllowedAsync(string subject, Func<Task, Task<bool>> attempt)
    {
        var refused = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        Refused += Look;
        try
        {
            return await attempt(refused.Task);
        }
        finally
        {
            Refused -= Look;
        }

        void Look(NatsRefusal refusal)
        {
            if (string.Equals(refusal.Subject, subject, StringComparison.Ordinal))
            {
                refused.TrySetResult();
            }
        }
    }

    private async Task OpenAsync()
    {
        var pause = Backoff.OfNats(LongestPause);
        do
        {
            try
            {
                await Connection.ConnectAsync();
                return;
            }
            catch (Exception e) when (e is not OutOfMemoryException)
            {
                if (_stop.IsCancellationRequested)
                {
                    return;
                }

                CannotOpen?.Invoke(Reason(NatsProblem.Describe(e, ConnectErrors.Of(Connection))));
            }
        }
        while (await pause.WaitAsync(_stop.Token));
    }
}
