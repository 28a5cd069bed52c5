using Akka.Actor;

namespace Federation.Actors.Tests.Requests;

/// <summary>Refs that stand for actors where there is no system; what they are told is gone.</summary>
internal static class NamedRef
{
    public static IActorRef Of(string name) => new EmptyLocalActorRef(null!, new RootActorPath(Address.AllSystems) / "user" / name, null!);
}
