using Akka.Actor;

namespace Federation.Actors.Samples.Shop;

/// <summary>One freezer: an entity that knows its last temperature.</summary>
internal sealed class Freezer : ReceiveActor
{
    private double? _celsius;

    public Freezer()
    {
        Receive<Report>(report =>
        {
            _celsius = report.Celsius;
            Sender.Tell(new Temperature(_celsius));
        });
        Receive<Look>(_ => Sender.Tell(new Temperature(_celsius)));
    }

    /// <summary>How to make one.</summary>
    public static Props Props() => Akka.Actor.Props.Create(() => new Freezer());

    /// <summary>What is said to a freezer.</summary>
    /// <param name="Name">Which one.</param>
    public abstract record Message(string Name);

    /// <summary>It has measured; answered with <see cref="Temperature"/> once it is kept.</summary>
    public sealed record Report(string Name, double Celsius) : Message(Name);

    /// <summary>How is it? Answered with <see cref="Temperature"/>.</summary>
    public sealed record Look(string Name) : Message(Name);

    /// <param name="Celsius">The last that was measured; null: none yet.</param>
    public sealed record Temperature(double? Celsius);
}
