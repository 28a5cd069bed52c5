using System.Globalization;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Logging.Console;

namespace Federation.Actors.Host;

/// <summary>One event, one line: UTC time, level, text, and the exception on the lines below.</summary>
internal sealed class LineFormatter() : ConsoleFormatter(FormatterName)
{
    public const string FormatterName = "line";

    /// <inheritdoc />
    public override void Write<TState>(in LogEntry<TState> logEntry, IExternalScopeProvider? scopeProvider, TextWriter textWriter)
    {
        var text = Text(logEntry);
        if (text.StartsWith("CoordinatedShutdown invoked", StringComparison.Ordinal))
        {
            // Names an exit code that is not this program's.
            return;
        }

        textWriter.Write(DateTimeOffset.UtcNow.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z '", CultureInfo.InvariantCulture));
        textWriter.Write(Level(logEntry.LogLevel));
        textWriter.WriteLine(OneLine(text));
        if (logEntry.Exception is { } exception)
        {
            textWriter.WriteLine(exception);
        }
    }

    /// <summary>An actor's text comes with level, time, thread and source in front; without them it is what the actor said.</summary>
    private static string Text<TState>(in LogEntry<TState> entry)
    {
        var text = entry.Formatter(entry.State, null);
        if (entry.State is not IEnumerable<KeyValuePair<string, object?>> values)
        {
            return text;
        }

        foreach (var (key, value) in values)
        {
            if (string.Equals(key, "LogSource", StringComparison.Ordinal) && text.IndexOf($"[{value}] ", StringComparison.Ordinal) is var at and >= 0)
            {
                return text[(at + $"[{value}] ".Length)..];
            }
        }

        return text;
    }

    private static string Level(LogLevel level) => level switch
    {
        LogLevel.Critical => "CRIT  ",
        LogLevel.Error => "ERROR ",
        LogLevel.Warning => "WARN  ",
        LogLevel.Information => "info  ",
        _ => "debug ",
    };

    /// <summary>A peer chooses parts of some texts; it shall not write lines of its own into the log.</summary>
    private static string OneLine(string text) => text.ReplaceLineEndings(" ");
}
