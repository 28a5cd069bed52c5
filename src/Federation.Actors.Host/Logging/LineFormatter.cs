using System.Globalization;
using Federation.Actors.Diagnostics;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Logging.Console;

namespace Federation.Actors.Host.Logging;

/// <summary>One event, one line: UTC time, level, event id, text, and the exception on the lines below.</summary>
internal sealed class LineFormatter() : ConsoleFormatter(FormatterName)
{
    public const string FormatterName = "line";

    public override void Write<TState>(in LogEntry<TState> logEntry, IExternalScopeProvider? scopeProvider, TextWriter textWriter)
    {
        if (LogLine.Of(logEntry) is not { } line)
        {
            return;
        }

        textWriter.Write(Clock.System.UtcNow.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z '", CultureInfo.InvariantCulture));
        textWriter.Write(Level(logEntry.LogLevel));
        if (line.EventName is not null)
        {
            textWriter.Write(string.Create(CultureInfo.InvariantCulture, $"{line.EventId} "));
        }

        textWriter.WriteLine(line.Text);
        if (logEntry.Exception is { } exception)
        {
            textWriter.WriteLine(exception);
        }
    }

    private static string Level(LogLevel level) => level switch
    {
        LogLevel.Critical => "CRIT  ",
        LogLevel.Error => "ERROR ",
        LogLevel.Warning => "WARN  ",
        LogLevel.Information => "info  ",
        _ => "debug ",
    };
}
