using Federation.Actors.Diagnostics;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Federation.Actors.Host.Logging;

/// <summary>What one line of the log says, whether an actor said it or not.</summary>
/// <param name="EventId">Number of the event; 0: it has none.</param>
/// <param name="EventName">Name of the event; null: it has none.</param>
/// <param name="Component">Whose event it is; null: nobody's.</param>
/// <param name="Source">The actor or class that has said it.</param>
/// <param name="Text">The text alone, on one line: a peer chooses parts of some texts and shall not write lines of its own.</param>
internal readonly record struct LogLine(int EventId, string? EventName, string? Component, string Source, string Text)
{
    /// <summary>Reads an entry.</summary>
    /// <returns>Null for what is not to be shown.</returns>
    public static LogLine? Of<TState>(in LogEntry<TState> entry)
    {
        var text = entry.Formatter(entry.State, null);
        var (id, name) = (entry.EventId.Id, entry.EventId.Name);
        string? component = null;
        var source = entry.Category;
        if (entry.State is IEnumerable<KeyValuePair<string, object?>> values)
        {
            string? actor = null;
            foreach (var (key, value) in values)
            {
                switch (key)
                {
                    case FederationLog.EventId when value is int number:
                        id = number;
                        break;
                    case FederationLog.EventName:
                        name = value as string;
                        break;
                    case FederationLog.Component:
                        component = value as string;
                        break;
                    case "LogSource":
                        actor = value?.ToString();
                        break;
                }
            }

            if (actor is not null)
            {
                source = actor;
                var context = name is null
                    ? "" : $"[{FederationLog.EventId}={id}][{FederationLog.EventName}={name}][{FederationLog.Component}={component}]";
                text = Behind(text, $"[{actor}]{context} ");
            }
        }

        // Names an exit code that is not this program's.
        return text.StartsWith("CoordinatedShutdown invoked", StringComparison.Ordinal)
            ? null : new LogLine(id, name, component, source, text.ReplaceLineEndings(" "));
    }

    /// <summary>An actor's text comes with level, time, thread and source in front; without them it is what the actor said.</summary>
    private static string Behind(string text, string prefix) =>
        text.IndexOf(prefix, StringComparison.Ordinal) is var at and >= 0 ? text[(at + prefix.Length)..] : text;
}
