using System.Collections.Concurrent;
using NATS.Client.Core;

namespace Federation.Actors.Nats;

/// <summary>One user's part of a <see cref="SharedConnection"/>; its events end when it is disposed. Thread-safe.</summary>
internal sealed class NatsLink(Shared<SharedConnection> shared) : IAsyncDisposable
{
    private readonly SharedConnection _connection = shared.Enter();
    private int _isClosed;

    /// <summary>Raised sequentially, for the first time when the connection is open; handlers must not wait.</summary>
    public event Action<LinkEvent>? Happened;

    public NatsConnection Connection => _connection.Connection;

    public bool IsOpen => Connection.ConnectionState == NatsConnectionState.Open;

    public Task Opened => _connection.Opened;

    public string? InboxRefusal => _connection.InboxRefusal;

    public ConcurrentDictionary<string, Task> Ending => _connection.Ending;

    public bool IsInbox(string subject) => _connection.IsInbox(subject);

    public void Open() => _connection.Join(this);

    public Task<TrackedSubscription> SubscribeAsync(NatsSubBase subscription, Action<string> refused, CancellationToken stop) =>
        _connection.SubscribeAsync(subscription, refused, stop);

    public Task<bool> IsAcceptedAsync(Task refused, CancellationToken stop) => _connection.IsAcceptedAsync(refused, stop);

    public Task<bool> MayPublishAsync(string subject, CancellationToken stop) => _connection.MayPublishAsync(subject, stop);

    public void Raise(LinkEvent happened) => Happened?.Invoke(happened);

    public ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _isClosed, 1) == 1)
        {
            return default;
        }

        _connection.Leave(this);
        return shared.LeaveAsync();
    }
}

internal abstract record LinkEvent
{
    public sealed record Up : LinkEvent;

    public sealed record Down(string Reason) : LinkEvent;

    public sealed record CannotOpen(string Reason) : LinkEvent;

    public sealed record Refused(NatsRefusal Refusal) : LinkEvent;

    public sealed record Failed(string Error) : LinkEvent;
}
