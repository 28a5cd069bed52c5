using NATS.Client.Core;

namespace Federation.Actors.Nats;

/// <summary>A subscription or publish of one user of a <see cref="SharedConnection"/>. Disposing ends the subscription.</summary>
internal sealed class TrackedSubscription : IAsyncDisposable
{
    private readonly SharedConnection _connection;
    private readonly string _subject;
    private readonly string? _queue;
    private readonly Action<string> _refused;
    private readonly NatsSubBase? _subscription;

    public TrackedSubscription(
        SharedConnection connection, string subject, string? queue, Action<string> refused, NatsSubBase? subscription)
    {
        (_connection, _subject, _queue, _refused, _subscription) = (connection, subject, queue, refused, subscription);
        IsPending = queue is not null;
        Node = new LinkedListNode<TrackedSubscription>(this);
    }

    public LinkedListNode<TrackedSubscription> Node { get; }

    /// <summary>True until it is known to be accepted or refused.</summary>
    public bool IsPending { get; private set; }

    /// <summary>Servers up to 2.10 do not name the queue group of a subscription that a reload revokes.</summary>
    public bool Is(NatsRefusal refusal) =>
        refusal.IsSubscription == _queue is not null && string.Equals(refusal.Subject, _subject, StringComparison.Ordinal)
        && (refusal.Queue.Length == 0 || string.Equals(refusal.Queue, _queue, StringComparison.Ordinal));

    public void Accept() => IsPending = false;

    public void Refuse(string text)
    {
        IsPending = false;
        _refused(text);
    }

    public async ValueTask DisposeAsync()
    {
        _connection.Untrack(Node);
        try
        {
            await (_subscription?.DisposeAsync() ?? default);
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            // The connection is away, and with it the subscription.
        }
    }
}
