using Akka.Actor;
using Akka.Dispatch;
using Akka.Dispatch.MessageQueues;
using Federation.Actors.Connections;

namespace Federation.Actors.Tests.Connections;

public sealed class ConnectionQueueTests
{
    private readonly ConnectionQueue _queue = new();

    [Fact]
    public void What_came_first_leaves_first()
    {
        Assert.False(_queue.HasMessages);
        Enqueue(1, 2, 3);

        Assert.Equal(3, _queue.Count);
        Assert.Equal([1, 2, 3], Drain(_queue));
        Assert.False(_queue.TryDequeue(out _));
        Enqueue(4);
        Assert.True(_queue.HasMessages);
        Assert.Equal([4], Drain(_queue));
    }

    [Fact]
    public void What_its_actor_leaves_behind_is_a_dead_letter()
    {
        Enqueue(1, 2);
        var dead = new UnboundedMessageQueue();

        _queue.CleanUp(ActorRefs.Nobody, dead);

        Assert.Equal([1, 2], Drain(dead));
        Assert.Equal(0, _queue.Count);
    }

    private static IEnumerable<object> Drain(IMessageQueue queue)
    {
        while (queue.TryDequeue(out var envelope))
        {
            yield return envelope.Message;
        }
    }

    private void Enqueue(params int[] messages)
    {
        foreach (var message in messages)
        {
            _queue.Enqueue(ActorRefs.Nobody, new Envelope(message, ActorRefs.NoSender));
        }
    }
}
