using Microsoft.Extensions.Logging;
using LogLevel = Akka.Event.LogLevel;

namespace Federation.Actors.Diagnostics;

/// <summary>Something that the log says; one of <see cref="LogEvents"/>.</summary>
/// <param name="Number">Its number, which never changes its meaning.</param>
/// <param name="Name">Its name, words joined by <c>_</c>.</param>
/// <param name="Level">How much it matters.</param>
/// <param name="Meaning">What has happened, as one line.</param>
internal sealed record LoggedEvent(int Number, string Name, LogLevel Level, string Meaning)
{
    /// <summary>Number and name, for a logger that is not an actor's.</summary>
    public EventId Id => new(Number, Name);
}
