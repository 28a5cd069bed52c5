using Akka.Actor;
using Akka.Dispatch;
using Akka.Dispatch.MessageQueues;

namespace Federation.Actors.Connections;

/// <summary>What waits for one connection actor, in a ring that is as large as it was ever needed.</summary>
/// <remarks>
/// Akka's own starts with 32 places, 1.07 KB for each of ten thousand connections of which most never have more than two messages. Few tell a
/// connection anything at the same time, so a lock costs no more than what it replaces. What may wait is bounded by credit, as in any mailbox of a node.
/// Thread-safe.
/// </remarks>
internal sealed class ConnectionQueue : IMessageQueue, IUnboundedMessageQueueSemantics
{
    private readonly Queue<Envelope> _messages = new();

    /// <inheritdoc />
    public bool HasMessages => Count > 0;

    /// <inheritdoc />
    public int Count
    {
        get
        {
            lock (_messages)
            {
                return _messages.Count;
            }
        }
    }

    /// <inheritdoc />
    public void Enqueue(IActorRef receiver, Envelope envelope)
    {
        lock (_messages)
        {
            _messages.Enqueue(envelope);
        }
    }

    /// <inheritdoc />
    public bool TryDequeue(out Envelope envelope)
    {
        lock (_messages)
        {
            return _messages.TryDequeue(out envelope);
        }
    }

    /// <inheritdoc />
    public void CleanUp(IActorRef owner, IMessageQueue deadletters)
    {
        while (TryDequeue(out var envelope))
        {
            deadletters.Enqueue(owner, envelope);
        }
    }
}
