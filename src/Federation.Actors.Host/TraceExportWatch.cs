using System.Diagnostics.Tracing;
using System.Globalization;
using Federation.Actors.Diagnostics;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Federation.Actors.Host;

/// <summary>Logs why spans are not exported, once a minute: the OpenTelemetry SDK reports it on its event source only.</summary>
internal sealed class TraceExportWatch(ILoggerFactory loggers) : EventListener, IHostedService
{
    private const string Source = "OpenTelemetry-Exporter-OpenTelemetryProtocol";

    private readonly EventGate<string, ValueTuple> _gate = new(static _ => TimeSpan.FromMinutes(1));
    private readonly ILogger _log = loggers.CreateLogger<TraceExportWatch>();

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    protected override void OnEventSourceCreated(EventSource eventSource)
    {
        if (string.Equals(eventSource.Name, Source, StringComparison.Ordinal))
        {
            EnableEvents(eventSource, EventLevel.Warning);
        }
    }

    protected override void OnEventWritten(EventWrittenEventArgs eventData)
    {
        if (!_gate.TryPass(Source, default, Clock.System.Elapsed, out var heldBack))
        {
            return;
        }

        // The exception's first line has the reason, the others its stack.
        var values = eventData.Payload?.Select(static value => (object?)SafeText.Of(value?.ToString()?.Split('\n')[0])).ToArray() ?? [];
        var reason = string.Format(CultureInfo.InvariantCulture, eventData.Message ?? eventData.EventName ?? "", values);
        _log.LogWarning(
            LogEvents.TraceExportFailed.Id, "Spans were not exported ({HeldBack} similar messages were suppressed): {Reason}",
            heldBack, reason);
    }
}
