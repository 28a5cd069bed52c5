using System.Globalization;
using Akka.Actor;
using Akka.Hosting;
using Federation.Actors.Diagnostics;
using Federation.Actors.Messages;
using Federation.Actors.Supervision;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Hosting.Systemd;

namespace Federation.Actors.Host;

/// <summary>Notifies systemd of the node's state: <c>READY=1</c>, <c>STOPPING=1</c>, and <c>WATCHDOG=1</c> where the unit has a
/// WatchdogSec.</summary>
/// <remarks>Ready means that every component listens, or has begun to dial. NATS and the other ends are not awaited: a node that starts
/// before them holds its messages, and a dependent unit would wait for another machine.</remarks>
/// <seealso href="https://www.freedesktop.org/software/systemd/man/latest/sd_notify.html"/>
internal sealed class ServiceNotices(ISystemdNotifier notifier, IReadOnlyActorRegistry actors, IHostApplicationLifetime lifetime)
    : BackgroundService
{
    private static readonly ServiceState StillWell = new("WATCHDOG=1");

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (!notifier.IsEnabled)
        {
            return;
        }

        lifetime.ApplicationStopping.Register(() => notifier.Notify(ServiceState.Stopping));
        var supervisor = await actors.GetAsync<FederationSupervisor>(stoppingToken);
        await supervisor.Ask<ComponentProtocol.NodeReady>(ComponentProtocol.WhenReady.Instance, stoppingToken);
        notifier.Notify(ServiceState.Ready);
        if (Watchdog() is not { } limit)
        {
            return;
        }

        // Three times within the limit: one answer that is late is not yet the end.
        using var timer = new PeriodicTimer(limit / 3);
        do
        {
            await supervisor.Ask<FederationHealth>(HealthProtocol.GetReport.Instance, stoppingToken);
            notifier.Notify(StillWell);
        }
        while (await timer.WaitForNextTickAsync(stoppingToken));
    }

    /// <summary>The watchdog's interval, or null.</summary>
    private static TimeSpan? Watchdog() =>
        long.TryParse(Environment.GetEnvironmentVariable("WATCHDOG_USEC"),
            NumberStyles.None, CultureInfo.InvariantCulture, out var microseconds) && microseconds > 0
            && (Environment.GetEnvironmentVariable("WATCHDOG_PID") is not { Length: > 0 } id
                || string.Equals(id, Environment.ProcessId.ToString(CultureInfo.InvariantCulture), StringComparison.Ordinal))
            ? TimeSpan.FromMicroseconds(microseconds)
            : null;
}
