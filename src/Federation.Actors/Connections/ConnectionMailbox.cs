using Akka.Actor;
using Akka.Configuration;
using Akka.Dispatch;
using Akka.Dispatch.MessageQueues;

namespace Federation.Actors.Connections;

/// <summary>Gives a connection actor its <see cref="ConnectionQueue"/>.</summary>
internal sealed class ConnectionMailbox : MailboxType, IProducesMessageQueue<ConnectionQueue>
{
    private const string Id = "federation-connection-mailbox";

    /// <summary>Part of the configuration that an actor system starts with: what is added later may be overwritten by others.</summary>
    public static readonly Config Hocon = ConfigurationFactory.ParseString(
        $"{Id}.mailbox-type = \"{typeof(ConnectionMailbox).FullName}, {typeof(ConnectionMailbox).Assembly.GetName().Name}\"");

    /// <summary>Called by Akka.</summary>
    public ConnectionMailbox(Akka.Actor.Settings settings, Config config)
        : base(settings, config)
    {
    }

    /// <summary>The same actor with this mailbox, in a system whose configuration has it; elsewhere unchanged.</summary>
    public static Props Of(Props props, ActorSystem system) => system.Settings.Config.HasPath(Id) ? props.WithMailbox(Id) : props;

    /// <inheritdoc />
    public override IMessageQueue Create(IActorRef owner, ActorSystem system) => new ConnectionQueue();
}

/// <summary>The messages that wait for one connection actor, in a ring that is as large as it was ever needed. Thread-safe.</summary>
/// <remarks>
/// Akka's own starts with 32 places, 1.07 KB for each of ten thousand connections of which most never have more than two messages. Few
/// actors send to a
/// connection at the same time, so a lock costs no more than what it replaces. Credit bounds the queue, as any mailbox of a node.
/// </remarks>
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
