using System.Buffers;
using System.Text;
using Federation.Actors.Protocol;
using Federation.Actors.Settings;
using NATS.Client.Core;

namespace Federation.Actors.Nats;

/// <summary>The subscriptions of a control port. A refused one is retried with backoff until the server accepts it.
/// Thread-safe.</summary>
internal sealed class ControlSubscriptions : IAsyncDisposable
{
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(5);

    private readonly NatsLink _link;
    private readonly CancellationToken _stop;
    private readonly Lock _gate = new();
    private readonly Dictionary<string, Entry> _wanted = new(StringComparer.Ordinal);
    private Task _steps;
    private bool _isRetrying;

    public ControlSubscriptions(NatsLink link, CancellationToken stop)
    {
        _link = link;
        _stop = stop;
        _steps = link.Opened;
    }

    /// <summary>A subscription has failed or recovered. Handlers must not wait.</summary>
    public event Action? Changed;

    public (string Subject, string Reason)? Failing
    {
        get
        {
            lock (_gate)
            {
                return _wanted.Values.FirstOrDefault(static entry => entry.Failure is not null) is { } entry
                    ? (entry.Subject, entry.Failure!) : null;
            }
        }
    }

    /// <summary>Subscribes in the background; the library holds subscriptions weakly, this class does not.</summary>
    public void Add(string subject, Action<string?, ReadOnlyMemory<byte>, string?> received)
    {
        lock (_gate)
        {
            var entry = new Entry(subject, received);
            _wanted[subject] = entry;
            _ = InTurn(() => SubscribeAsync(entry));
        }
    }

    public void Remove(string subject)
    {
        lock (_gate)
        {
            if (_wanted.Remove(subject, out var entry))
            {
                _ = InTurn(entry.EndAsync);
            }
        }

        Changed?.Invoke();
    }

    public async ValueTask DisposeAsync()
    {
        Entry[] all;
        lock (_gate)
        {
            all = [.. _wanted.Values];
            _wanted.Clear();
        }

        if (_link.Opened.IsCompleted)
        {
            await _steps.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        await Task.WhenAll(all.Select(static entry => entry.EndAsync()));
    }

    /// <summary>Subscribes and unsubscribes one after the other, so that the last call for a subject decides.</summary>
    private Task InTurn(Func<Task> step)
    {
        lock (_gate)
        {
            return _steps = AfterAsync(_steps, step);
        }
    }

    private async Task AfterAsync(Task before, Func<Task> step)
    {
        await before.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
        if (!_stop.IsCancellationRequested)
        {
            await step();
        }
    }

    private async Task SubscribeAsync(Entry entry)
    {
        await entry.EndAsync();
        try
        {
            if (IsWanted(entry))
            {
                var refused = entry.Begin();
                entry.Tracked = await _link.SubscribeAsync(
                    new ControlSubscription(_link.Connection, entry.Subject, entry.Received),
                    text =>
                    {
                        refused.TrySetResult();
                        Set(entry, $"NATS reports: {text}");
                    },
                    _stop);
            }
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            Set(entry, e.GetBaseException().Message);
        }
    }

    private bool IsWanted(Entry entry)
    {
        lock (_gate)
        {
            return _wanted.TryGetValue(entry.Subject, out var wanted) && wanted == entry;
        }
    }

    private void Set(Entry entry, string? failure)
    {
        lock (_gate)
        {
            if (string.Equals(entry.Failure, failure, StringComparison.Ordinal))
            {
                return;
            }

            entry.Failure = failure;
            if (failure is not null && !_isRetrying)
            {
                _isRetrying = true;
                _ = RetryAsync();
            }
        }

        Changed?.Invoke();
    }

    private async Task RetryAsync()
    {
        var pause = Backoff.OfNats(LongestPause);
        while (await pause.WaitAsync(_stop))
        {
            Entry[] failed;
            lock (_gate)
            {
                failed = [.. _wanted.Values.Where(static entry => entry.Failure is not null).OrderBy(static entry => entry.Tried)];
                if (failed.Length == 0)
                {
                    _isRetrying = false;
                    return;
                }
            }

            if (_link.IsOpen && await IsTakenAsync(failed[0]))
            {
                pause.Reset();
                foreach (var entry in failed)
                {
                    Set(entry, null);
                }

                await Task.WhenAll(failed[1..].Select(entry => InTurn(() => SubscribeAsync(entry))));
            }
        }
    }

    private async Task<bool> IsTakenAsync(Entry entry)
    {
        entry.Tried++;
        try
        {
            await InTurn(() => SubscribeAsync(entry));
            if (entry.Tracked is { } tracked && await _link.IsAcceptedAsync(entry.Refused, _stop))
            {
                tracked.Accept();
                return true;
            }
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            // The connection is away.
        }

        return false;
    }

    private sealed class Entry(string subject, Action<string?, ReadOnlyMemory<byte>, string?> received)
    {
        private TaskCompletionSource _refused = new();

        public string Subject => subject;

        public Action<string?, ReadOnlyMemory<byte>, string?> Received => received;

        public TrackedSubscription? Tracked { get; set; }

        public Task Refused => _refused.Task;

        /// <summary>Null while no failure is known.</summary>
        public string? Failure { get; set; }

        public int Tried { get; set; }

        public TaskCompletionSource Begin() => _refused = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);

        public async Task EndAsync()
        {
            var ended = Tracked;
            Tracked = null;
            await (ended?.DisposeAsync() ?? default);
        }
    }
}

/// <summary>A subscription without a channel.</summary>
/// <param name="received">Receives reply subject, payload and trace context, the first and last or null. Called on the connection's
/// reading thread; must not wait.</param>
internal sealed class ControlSubscription(
    NatsConnection connection, string subject, Action<string?, ReadOnlyMemory<byte>, string?> received)
    : NatsSubBase(connection, connection.SubscriptionManager, subject, queueGroup: null, opts: null)
{
    protected override ValueTask ReceiveInternalAsync(
        string subject, string? replyTo, ReadOnlySequence<byte>? headersBuffer, ReadOnlySequence<byte> payloadBuffer)
    {
        received(string.IsNullOrEmpty(replyTo) ? null : replyTo, payloadBuffer.ToArray(), TraceParentOf(headersBuffer));
        return ValueTask.CompletedTask;
    }

    private static string? TraceParentOf(ReadOnlySequence<byte>? headers)
    {
        if (headers is not { } lines)
        {
            return null;
        }

        var text = Encoding.UTF8.GetString(lines);
        const string Line = "\r\n" + TraceParent.Name + ":";
        var at = text.IndexOf(Line, StringComparison.OrdinalIgnoreCase);
        return at < 0 ? null : TraceParent.Valid(text.AsSpan(at + Line.Length).TrimStart().ToString().Split('\r', 2)[0]);
    }

    protected override void TryComplete()
    {
    }
}
