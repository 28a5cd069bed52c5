using System.Collections.Concurrent;
using Akka.Actor;

namespace Federation.Actors.Publishing;

/// <summary>The ports of type <c>local</c> of an actor system, by component. A consumer may come before the component, or the other way round.</summary>
/// <remarks>Thread-safe.</remarks>
internal sealed class LocalPorts : IExtension
{
    private readonly ConcurrentDictionary<string, LocalPort> _ports = new(StringComparer.Ordinal);

    /// <summary>The port of a component.</summary>
    public LocalPort this[string component] => _ports.GetOrAdd(component, static _ => new LocalPort());

    /// <summary>Those of an actor system.</summary>
    public static LocalPorts Of(ActorSystem system) => system.WithExtension<LocalPorts, Provider>();

    private sealed class Provider : ExtensionIdProvider<LocalPorts>
    {
        public override LocalPorts CreateExtension(ExtendedActorSystem system) => new();
    }
}
