using System.Runtime.InteropServices;
using Akka.Actor;
using Akka.Hosting;
using Federation.Actors.Configuration;
using Federation.Actors.Diagnostics;
using Federation.Actors.Host.Admin;
using Federation.Actors.Host.Admin.Dashboard;
using Federation.Actors.Host.Commands;
using Federation.Actors.Host.Logging;
using Federation.Actors.Messages;
using Federation.Actors.Supervision;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Hosting.Systemd;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Console;
using Prometheus;

namespace Federation.Actors.Host;

/// <summary>One federation node as a process: actor system, admin endpoint, log, signals.</summary>
internal static class Node
{
    /// <summary>Time for ending the actor system and the admin endpoint after the drain.</summary>
    private static readonly TimeSpan ShutdownMargin = TimeSpan.FromSeconds(10);

    /// <summary>In the console program nothing else ends the actor system, and its log is the host's.</summary>
    private static readonly string AkkaDefaults =
        $$"""
        akka {
          stdout-loglevel = OFF
          stdout-logger-class = "{{FinalLogFlush.ClassName}}"
          log-dead-letters = off
          log-dead-letters-during-shutdown = off
          coordinated-shutdown.run-by-clr-shutdown-hook = off
          coordinated-shutdown.exit-clr = off
        }
        """;

    public static async Task<NodeEnd> RunAsync(LoadedConfiguration loaded, string file, CancellationToken cancel)
    {
        OutOfMemory.EndsProcess();
        int? unanswered = null;
        ActorSystem? actors = null;
        var settings = loaded.Settings;
        var metrics = new FederationMetrics(settings.Metrics.Prefix);
        DotNetStats.Register(metrics.Registry);
        var builder = Microsoft.Extensions.Hosting.Host.CreateEmptyApplicationBuilder(
            new HostApplicationBuilderSettings { ApplicationName = "federation" });
        ConfigureLog(builder.Logging, settings.Log);
        if (TraceExport.IsWanted(Environment.GetEnvironmentVariable))
        {
            TraceExport.Add(builder, settings.NodeId);
        }

        builder.Services.Configure<HostOptions>(options => options.ShutdownTimeout = settings.ShutdownTimeout + ShutdownMargin);

        // Before the actor system: it answers until the drain is over.
        builder.Services.AddSingleton(services => new AdminAccess(
            settings.Admin, Environment.GetEnvironmentVariable, services.GetRequiredService<ILoggerFactory>().CreateLogger<AdminAccess>()));
        builder.Services.AddSingleton(services => new NodeCaller(services.GetRequiredService<IActorRegistry>()));
        builder.Services.AddSingleton(
            services => new DashboardFeed(
                services.GetRequiredService<NodeCaller>(), services.GetRequiredService<AdminAccess>(), settings));
        builder.Services.AddHostedService(services => new AdminEndpoint(
            settings,
            metrics,
            services.GetRequiredService<NodeCaller>(),
            services.GetRequiredService<DashboardFeed>(),
            services.GetRequiredService<AdminAccess>(),
            services.GetRequiredService<IHostApplicationLifetime>(),
            services.GetRequiredService<ILoggerFactory>()));
        builder.Services.AddAkka(ClusterHocon.SystemName, (akka, services) => ClusterHocon
            .AddTls(akka, settings.Cluster, services.GetRequiredService<ILoggerFactory>())
            .ConfigureLoggers(loggers =>
            {
                loggers.LogLevel = settings.Log.Level switch
                {
                    LogThreshold.Debug => Akka.Event.LogLevel.DebugLevel,
                    LogThreshold.Info => Akka.Event.LogLevel.InfoLevel,
                    LogThreshold.Warning => Akka.Event.LogLevel.WarningLevel,
                    _ => Akka.Event.LogLevel.ErrorLevel,
                };
                loggers.ClearLoggers();
                loggers.AddLoggerFactory();
            })
            .AddHocon(AkkaDefaults, HoconAddMode.Prepend)
            .AddHocon(ClusterHocon.Of(settings.Cluster), HoconAddMode.Prepend)
            .AddHocon(loaded.Akka, HoconAddMode.Prepend)
            .WithActors((system, _) =>
            {
                actors = system;
                services.GetRequiredService<DashboardFeed>().Listen(system);
            })
            .WithFederation(new FederationOptions { Settings = settings, Metrics = metrics, OnDrained = count => unanswered = count }));
        builder.Services.AddFederation();
        builder.Services.AddHostedService(services => new LocalConsumers(
            settings, services.GetRequiredService<ActorSystem>(), services.GetRequiredService<IFederation>()));

        // Last: it speaks when all else has started, and is told to stop first.
        builder.Services.AddSingleton<ISystemdNotifier, SystemdNotifier>();
        builder.Services.AddHostedService<ServiceNotices>();
        using var host = builder.Build();
        FinalLogFlush.Through(host.Services.GetRequiredService<ILoggerFactory>());
        LogStart(host.Services.GetRequiredService<ILoggerFactory>().CreateLogger("Federation.Actors.Host.Node"), settings, file);
        using var interrupt = OnSecond(PosixSignal.SIGINT, settings.ShutdownTimeout);
        using var hangUp = PosixSignalRegistration.Create(PosixSignal.SIGHUP, context =>
        {
            context.Cancel = true;
            if (host.Services.GetRequiredService<IReadOnlyActorRegistry>().TryGet<FederationSupervisor>(out var supervisor))
            {
                supervisor.Tell(new ComponentProtocol.Reconnect(null), ActorRefs.NoSender);
            }
        });
        try
        {
            await host.RunAsync(cancel);
        }
        catch (OperationCanceledException)
        {
            // Told to end before it had started: nothing was received.
            return new NodeEnd(unanswered ?? 0, WasDowned: false);
        }

        return new NodeEnd(
            unanswered, actors is not null && CoordinatedShutdown.Get(actors).ShutdownReason is CoordinatedShutdown.ClusterDowningReason);
    }

    private static void LogStart(ILogger logger, FederationSettings settings, string file)
    {
        logger.LogInformation(LogEvents.NodeStarting.Id, "Node {NodeId}, version {Version}, starts with {File} and uses {Ports}",
            settings.NodeId, ProgramVersion.Version, file, string.Join(", ", StartChecks.Ports(settings).Select(static port =>
                port.Port == 0 ? $"any free port of {port.Host}" : ListenRules.Address(port.Host, port.Port))
                .Distinct(StringComparer.Ordinal)));
        foreach (var warning in SettingsWarnings.Of(settings))
        {
            logger.LogWarning(LogEvents.SettingWarned.Id, "{Warning}", warning);
        }
    }

    private static void ConfigureLog(ILoggingBuilder logging, LogSettings settings)
    {
        logging.SetMinimumLevel(settings.Level switch
        {
            LogThreshold.Debug => LogLevel.Debug,
            LogThreshold.Info => LogLevel.Information,
            LogThreshold.Warning => LogLevel.Warning,
            _ => LogLevel.Error,
        });
        logging.AddFilter("Microsoft", LogLevel.Warning);
        logging.AddFilter("Microsoft.Hosting.Lifetime", LogLevel.None);

        // What keeps the host from starting is thrown as well, and said by whoever runs the node.
        logging.AddFilter("Microsoft.Extensions.Hosting", LogLevel.None);

        // What becomes of a connection is said once, by the publisher.
        logging.AddFilter("NATS", LogLevel.None);
        logging.AddConsole(options =>
            options.FormatterName = settings.Format == LogFormat.Json ? JsonLineFormatter.FormatterName : LineFormatter.FormatterName);
        logging.AddConsoleFormatter<LineFormatter, ConsoleFormatterOptions>();
        logging.AddConsoleFormatter<JsonLineFormatter, ConsoleFormatterOptions>();
    }

    /// <summary>The first interrupt is the host's, which drains; the second ends the process.</summary>
    private static PosixSignalRegistration OnSecond(PosixSignal signal, TimeSpan patience)
    {
        var count = 0;
        return PosixSignalRegistration.Create(signal, _ =>
        {
            if (Interlocked.Increment(ref count) == 1)
            {
                Console.Error.WriteLine($"Draining for up to {patience.TotalSeconds:0} s; press Ctrl-C again to stop immediately.");
                return;
            }

            Console.Error.WriteLine("Stopped immediately; peers resend unanswered messages.");
            Environment.Exit(ExitCodes.Unanswered);
        });
    }
}

/// <param name="Unanswered">Messages that the drain left unanswered; null without a drain.</param>
internal sealed record NodeEnd(int? Unanswered, bool WasDowned);
