using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Federation.Actors.Diagnostics;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Logging.Console;

namespace Federation.Actors.Host.Logging;

/// <summary>One event, one JSON object on one line.</summary>
/// <remarks>Keys: <c>timestamp</c> (UTC), <c>level</c>, <c>event_id</c> and <c>event</c> (null for other libraries), <c>component</c> (or
/// null), <c>source</c>, <c>message</c>, and <c>exception</c> when there is one.</remarks>
internal sealed class JsonLineFormatter() : ConsoleFormatter(FormatterName)
{
    public const string FormatterName = "json-line";

    private static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public override void Write<TState>(in LogEntry<TState> logEntry, IExternalScopeProvider? scopeProvider, TextWriter textWriter)
    {
        if (LogLine.Of(logEntry) is not { } line)
        {
            return;
        }

        var output = new ArrayBufferWriter<byte>(256);
        using (var json = new Utf8JsonWriter(output, Options))
        {
            json.WriteStartObject();
            json.WriteString("timestamp"u8, Clock.System.UtcNow.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture));
            json.WriteString("level"u8, Level(logEntry.LogLevel));
            if (line.EventName is null)
            {
                json.WriteNull("event_id"u8);
            }
            else
            {
                json.WriteNumber("event_id"u8, line.EventId);
            }

            json.WriteString("event"u8, line.EventName);
            json.WriteString("component"u8, line.Component);
            json.WriteString("source"u8, line.Source);
            json.WriteString("message"u8, line.Text);
            if (logEntry.Exception is { } exception)
            {
                json.WriteString("exception"u8, exception.ToString());
            }

            json.WriteEndObject();
        }

        textWriter.WriteLine(Encoding.UTF8.GetString(output.WrittenSpan));
    }

    private static string Level(LogLevel level) => level switch
    {
        LogLevel.Critical => "critical",
        LogLevel.Error => "error",
        LogLevel.Warning => "warning",
        LogLevel.Information => "info",
        _ => "debug",
    };
}
