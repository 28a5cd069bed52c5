using Akka.Actor;

namespace Federation.Actors.TestKit;

/// <summary>Writes down what it is told.</summary>
internal sealed class Listener(Journal<object> told) : UntypedActor
{
    /// <summary>How to make one.</summary>
    public static Props Props(Journal<object> told) => Akka.Actor.Props.Create(() => new Listener(told));

    /// <inheritdoc />
    protected override void OnReceive(object message) => told.Add(message);
}
