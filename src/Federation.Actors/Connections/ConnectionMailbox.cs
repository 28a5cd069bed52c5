using Akka.Actor;
using Akka.Configuration;
using Akka.Dispatch;
using Akka.Dispatch.MessageQueues;

namespace Federation.Actors.Connections;

/// <summary>Gives a connection actor its <see cref="ConnectionQueue"/>.</summary>
internal sealed class ConnectionMailbox : MailboxType, IProducesMessageQueue<ConnectionQueue>
{
    private const string Id = "federation-connection-mailbox";

    private static readonly Config Default = ConfigurationFactory.ParseString($"{Id}.mailbox-type = \"{typeof(ConnectionMailbox).FullName}, {typeof(ConnectionMailbox).Assembly.GetName().Name}\"");

    /// <summary>Made by Akka, from the configuration.</summary>
    public ConnectionMailbox(Akka.Actor.Settings settings, Config config)
        : base(settings, config)
    {
    }

    /// <summary>The same actor with this mailbox.</summary>
    /// <param name="props">Of a connection.</param>
    /// <param name="system">Where it will live. Whatever its own configuration says, it knows the mailbox then.</param>
    public static Props Of(Props props, ActorSystem system)
    {
        if (!system.Settings.Config.HasPath(Id))
        {
            system.Settings.InjectTopLevelFallback(Default);
        }

        return props.WithMailbox(Id);
    }

    /// <inheritdoc />
    public override IMessageQueue Create(IActorRef owner, ActorSystem system) => new ConnectionQueue();
}
