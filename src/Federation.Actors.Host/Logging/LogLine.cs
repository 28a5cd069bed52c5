using Federation.Actors.Diagnostics;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Federation.Actors.Host.Logging;

/// <summary>One line of the log.</summary>
/// <param name="EventId">0: none.</param>
/// <param name="EventName">Null: none.</param>
/// <param name="Component">The component, or null.</param>
/// <param name="Text">On one line: peers choose parts of some texts and must not write lines of their own.</param>
internal readonly record struct LogLine(int EventId, string? EventName, string? Component, string Source, string Text)
{
    /// <returns>Null for an entry that is not shown.</returns>
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

    /// <summary>An actor's text starts with level, time, thread and source, which are removed.</summary>
    private static string Behind(string text, string prefix) =>
        text.IndexOf(prefix, StringComparison.Ordinal) is var at and >= 0 ? text[(at + prefix.Length)..] : text;
}
