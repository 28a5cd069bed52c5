using Akka.Actor;
using Akka.Configuration;
using Akka.Dispatch;
using Akka.Dispatch.MessageQueues;

namespace Federation.Actors.Connections;

/// <summary>Gives a connection actor its <see cref="ConnectionQueue"/>.</summary>
internal sealed class ConnectionMailbox : MailboxType, IProducesMessageQueue<ConnectionQueue>
{
    private const string Id = "federation-connection-mailbox";

    /// <summary>Makes it known to an actor system. Part of what the system starts with: what is added later may be lost to what others add at that moment.</summary>
    public static readonly Config Hocon = ConfigurationFactory.ParseString($"{Id}.mailbox-type = \"{typeof(ConnectionMailbox).FullName}, {typeof(ConnectionMailbox).Assembly.GetName().Name}\"");

    /// <summary>Made by Akka, from the configuration.</summary>
    public ConnectionMailbox(Akka.Actor.Settings settings, Config config)
        : base(settings, config)
    {
    }

    /// <summary>The same actor with this mailbox, in a system that knows it; elsewhere as it is.</summary>
    /// <param name="props">Of a connection.</param>
    /// <param name="system">Where it will live.</param>
    public static Props Of(Props props, ActorSystem system) => system.Settings.Config.HasPath(Id) ? props.WithMailbox(Id) : props;

    /// <inheritdoc />
    public override IMessageQueue Create(IActorRef owner, ActorSystem system) => new ConnectionQueue();
}
