using System.Collections.Concurrent;
using Federation.Actors.Diagnostics;
using Federation.Actors.Settings;
using NATS.Client.Core;

namespace Federation.Actors.Nats;

/// <summary>The connection to NATS that the sending halves and the control ports of a node share. Thread-safe.</summary>
/// <remarks>The client library reconnects once the connection has been open. The first attempts are made here, because the library does
/// not report why they fail.</remarks>
internal sealed class SharedConnection : IAsyncDisposable
{
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(2);

    /// <summary>How long the library may take to pass on an error, which it does on another thread.</summary>
    private static readonly TimeSpan LongestHandOver = TimeSpan.FromSeconds(1);

    private static readonly TimeSpan HandOverPoll = TimeSpan.FromMilliseconds(5);

    private static readonly TimeSpan LongestInboxPause = TimeSpan.FromSeconds(5);

    private readonly TaskCompletionSource _opened = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly CancellationTokenSource _stop = new();

    // Held while users are told, so that nobody may wait for it who is called from there.
    private readonly Lock _gate = new();
    private readonly LinkedList<TrackedSubscription> _subscriptions = new();
    private readonly SemaphoreSlim _subscribing = new(1);
    private readonly RequestInbox _inbox;
    private NatsLink[] _users = [];
    private LinkEvent? _state;
    private bool _isOpening;
    private volatile string? _lastError;

    // Errors of the server that were read, in the order of the bytes, and of them those that were handed on.
    private long _errorsRead;
    private long _errorsHandedOn;

    public SharedConnection(NatsOpts options, NatsServers servers)
    {
        Connection = new NatsConnection(options with
        {
            IgnoreAuthErrorAbort = true,
            ReconnectWaitMin = TimeSpan.FromMilliseconds(250),
            ReconnectWaitMax = LongestPause,
            SuppressSlowConsumerWarnings = true,
        });
        _inbox = new RequestInbox(
            IsInboxAllowedAsync, async () => await Connection.ReconnectAsync(), static () => Backoff.OfNats(LongestInboxPause), _stop.Token);
        Connection.ConnectionOpened += (_, _) =>
        {
            servers.Learn(Connection.ServerInfo);
            _lastError = null;
            _opened.TrySetResult();
            Change(new LinkEvent.Up());
            return default;
        };
        Connection.ConnectionDisconnected += (_, _) =>
        {
            _inbox.Lose();
            Change(new LinkEvent.Down(Reason("NATS has closed the connection or is unavailable")));
            return default;
        };
        Connection.ReconnectFailed += (_, _) =>
        {
            var error = ConnectErrors.Of(Connection);
            Change(new LinkEvent.CannotOpen(Reason(error is null ? "NATS cannot be reached" : $"NATS cannot be reached: {error}")));
            return default;
        };
        Connection.ServerError += (_, error) =>
        {
            Read(error.Error);
            Interlocked.Increment(ref _errorsHandedOn);
            return default;
        };
        ServerSockets.Use(
            Connection, servers, () => new ServerProtocolReader(_ => Interlocked.Increment(ref _errorsRead), static _ => { }));
    }

    public NatsConnection Connection { get; }

    /// <summary>Completes when the connection has been open for the first time.</summary>
    public Task Opened => _opened.Task;

    /// <summary>Why requests get no answer on the present connection: the server refused the inbox.</summary>
    public string? InboxRefusal => _inbox.Refusal;

    /// <summary>Feeds that are ending, by durable consumer. Its next feed waits for them.</summary>
    public ConcurrentDictionary<string, Task> Ending { get; } = new(StringComparer.Ordinal);

    public bool IsInbox(string subject) => subject.StartsWith($"{Connection.Opts.InboxPrefix}.", StringComparison.Ordinal);

    /// <summary>Raises events for a user from now on; the first user starts the connection in the background.</summary>
    public void Join(NatsLink user)
    {
        lock (_gate)
        {
            _users = [.. _users, user];
            if (_state is { } state)
            {
                user.Raise(state);
            }

            if (!_isOpening)
            {
                _isOpening = true;
                _ = Task.Run(OpenAsync);
            }
        }
    }

    public void Leave(NatsLink user)
    {
        lock (_gate)
        {
            _users = Array.FindAll(_users, other => other != user);
        }
    }

    /// <summary>Subscriptions of all users are written in the order in which they are tracked.</summary>
    /// <param name="subscription">Held until the result is disposed; the library holds it weakly.</param>
    /// <param name="refused">Receives the server's error, at once or later. Must not wait.</param>
    public async Task<TrackedSubscription> SubscribeAsync(NatsSubBase subscription, Action<string> refused, CancellationToken stop)
    {
        await _subscribing.WaitAsync(stop);
        var tracked = Track(subscription.Subject, subscription.QueueGroup ?? "", refused, subscription);
        try
        {
            await Connection.AddSubAsync(subscription, stop);
            return tracked;
        }
        catch
        {
            await tracked.DisposeAsync();
            throw;
        }
        finally
        {
            _subscribing.Release();
        }
    }

    /// <param name="queue">The queue group; empty: none; null: a publish.</param>
    internal TrackedSubscription Track(string subject, string? queue, Action<string> refused, NatsSubBase? subscription = null)
    {
        var tracked = new TrackedSubscription(this, subject, queue, refused, subscription);
        lock (_gate)
        {
            _subscriptions.AddLast(tracked.Node);
        }

        return tracked;
    }

    public void Untrack(LinkedListNode<TrackedSubscription> subscription)
    {
        lock (_gate)
        {
            if (subscription.List is not null)
            {
                _subscriptions.Remove(subscription);
            }
        }
    }

    /// <summary>Waits until the server has processed everything written before.</summary>
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

    /// <summary>Publishes an empty message to a subject that nobody may listen to.</summary>
    /// <exception cref="Exception">The connection is lost.</exception>
    public async Task<bool> MayPublishAsync(string subject, CancellationToken stop)
    {
        var refused = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var publish = Track(subject, queue: null, _ => refused.TrySetResult());
        await Connection.PublishAsync(subject, cancellationToken: stop);
        return await IsAcceptedAsync(refused.Task, stop);
    }

    public async ValueTask DisposeAsync()
    {
        // Not disposed: an attempt may still look at its token.
        await _stop.CancelAsync();
        await Connection.DisposeAsync();
    }

    private string Reason(string otherwise) => _lastError is { } error ? $"NATS reports: {error}" : otherwise;

    private void Change(LinkEvent state)
    {
        lock (_gate)
        {
            _state = state;
            Raise(state);
        }
    }

    private void Raise(LinkEvent happened) => Array.ForEach(_users, user => user.Raise(happened));

    internal void Read(string error)
    {
        lock (_gate)
        {
            if (NatsRefusal.Parse(error) is not { } refusal)
            {
                _lastError = error;
                Raise(new LinkEvent.Failed(error));
                return;
            }

            if (refusal.IsSubscription && IsInbox(refusal.Subject))
            {
                _inbox.Refuse(refusal.Text);
            }

            foreach (var subscription in Refused(refusal))
            {
                subscription.Refuse(refusal.Text);
            }

            Raise(new LinkEvent.Refused(refusal));
        }
    }

    /// <summary>A server at its limit of subscriptions does not name the refused one: it is the newest that is not known to be
    /// accepted.</summary>
    private TrackedSubscription[] Refused(NatsRefusal refusal)
    {
        if (refusal.Subject.Length > 0)
        {
            return [.. _subscriptions.Where(one => one.Is(refusal))];
        }

        return _subscriptions.LastOrDefault(static one => one.IsPending) is { } newest ? [newest] : [];
    }

    private async Task<bool> IsInboxAllowedAsync()
    {
        var subject = $"{Connection.Opts.InboxPrefix}.{Guid.NewGuid():N}.*";
        var refused = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var subscription = await SubscribeAsync(
            new NatsSub<byte[]>(Connection, Connection.SubscriptionManager, subject, queueGroup: null,
                opts: null, NatsRawSerializer<byte[]>.Default), _ => refused.TrySetResult(), _stop.Token);
        return await IsAcceptedAsync(refused.Task, _stop.Token);
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

                Change(new LinkEvent.CannotOpen(Reason(NatsProblem.Describe(e, ConnectErrors.Of(Connection)))));
            }
        }
        while (await pause.WaitAsync(_stop.Token));
    }
}
