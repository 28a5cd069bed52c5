using Akka.Actor;
using Akka.Configuration;
using Akka.Dispatch;
using Akka.Dispatch.MessageQueues;

namespace Federation.Actors.Connections;

internal sealed class ConnectionMailbox : MailboxType, IProducesMessageQueue<ConnectionQueue>
{
    private const string Id = "federation-connection-mailbox";

    /// <summary>Part of an actor system's initial configuration: others may overwrite additions.</summary>
    public static readonly Config Hocon = ConfigurationFactory.ParseString(
        $"{Id}.mailbox-type = \"{typeof(ConnectionMailbox).FullName}, {typeof(ConnectionMailbox).Assembly.GetName().Name}\"");

    /// <summary>Called by Akka.</summary>
    public ConnectionMailbox(Akka.Actor.Settings settings, Config config)
        : base(settings, config)
    {
    }

    public static Props Of(Props props, ActorSystem system) => system.Settings.Config.HasPath(Id) ? props.WithMailbox(Id) : props;

    public override IMessageQueue Create(IActorRef owner, ActorSystem system) => new ConnectionQueue();
}

/// <summary>The messages for one connection actor, in a ring that grows to the largest number so far. Thread-safe.</summary>
/// <remarks>Akka's own queue starts with 32 places, 1.07 KB for each connection, and most connections never have more than two messages.
/// Few actors send to a connection at the same time, so a lock costs nothing extra. Credit bounds the queue.</remarks>
internal sealed class ConnectionQueue : IMessageQueue, IUnboundedMessageQueueSemantics
{
    private readonly Queue<Envelope> _messages = new();

    public bool HasMessages => Count > 0;

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

    public void Enqueue(IActorRef receiver, Envelope envelope)
    {
        lock (_messages)
        {
            _messages.Enqueue(envelope);
        }
    }

    public bool TryDequeue(out Envelope envelope)
    {
        lock (_messages)
        {
            return _messages.TryDequeue(out envelope);
        }
    }

    public void CleanUp(IActorRef owner, IMessageQueue deadletters)
    {
        while (TryDequeue(out var envelope))
        {
            deadletters.Enqueue(owner, envelope);
        }
    }
}
