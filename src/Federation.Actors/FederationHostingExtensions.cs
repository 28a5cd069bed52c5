using Akka;
using Akka.Actor;
using Akka.Cluster;
using Akka.Configuration;
using Akka.Hosting;
using Federation.Actors.Clustering;
using Federation.Actors.Configuration;
using Federation.Actors.Connections;
using Federation.Actors.Diagnostics;
using Federation.Actors.Nats;
using Federation.Actors.Protocol;
using Federation.Actors.Sockets.Server;
using Federation.Actors.Supervision;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Federation.Actors;

/// <summary>Adds federation nodes to an actor system.</summary>
/// <remarks>An actor system may have several nodes, each with its own <see cref="FederationOptions.Name"/>, and a process may have
/// several actor systems. Not thread-safe, because the builder is not.</remarks>
public static class FederationHostingExtensions
{
    private const string PhaseTimeout = $"akka.coordinated-shutdown.phases.{CoordinatedShutdown.PhaseServiceRequestsDone}.timeout";

    /// <summary>Starts a node from a file or text that was read; see <see cref="WithFederation(AkkaConfigurationBuilder,
    /// FederationOptions)"/>.</summary>
    /// <param name="builder">The actor system's builder.</param>
    /// <param name="loaded">The result of <see cref="FederationConfiguration.Load"/> or <see cref="FederationConfiguration.Parse"/>. If
    /// it has a block <c>akka</c>, the block is a fallback of the actor system's configuration.</param>
    /// <returns><paramref name="builder"/>.</returns>
    /// <exception cref="ArgumentNullException">An argument is null.</exception>
    /// <exception cref="SettingsException">The settings are invalid; the exception contains all errors.</exception>
    public static AkkaConfigurationBuilder WithFederation(this AkkaConfigurationBuilder builder, LoadedConfiguration loaded)
    {
        ArgumentNullException.ThrowIfNull(loaded);
        return builder.WithFederation(loaded.EnsureValid()).AddHocon(loaded.Akka, HoconAddMode.Append);
    }

    /// <summary>Starts a node from the block <c>federation</c> of a configuration object; see
    /// <see cref="WithFederation(AkkaConfigurationBuilder, FederationOptions)"/>.</summary>
    /// <param name="builder">The actor system's builder.</param>
    /// <param name="configuration">The configuration with its fallbacks. A string is read as HOCON, not as a file name. To convert an
    /// <c>IConfiguration</c>, such as appsettings.json, use <c>ToHocon</c> of Akka.Hosting.</param>
    /// <returns><paramref name="builder"/>.</returns>
    /// <exception cref="ArgumentNullException">An argument is null.</exception>
    /// <exception cref="SettingsException">The settings are invalid; the exception contains all errors.</exception>
    public static AkkaConfigurationBuilder WithFederation(this AkkaConfigurationBuilder builder, Config configuration) =>
        builder.WithFederation(FederationConfiguration.From(configuration).EnsureValid());

    /// <summary>Starts a node with these settings; see <see cref="WithFederation(AkkaConfigurationBuilder, FederationOptions)"/>.</summary>
    /// <param name="builder">The actor system's builder.</param>
    /// <param name="settings">The node's settings, validated by <see cref="LoadedConfiguration.EnsureValid"/>.</param>
    /// <returns><paramref name="builder"/>.</returns>
    /// <exception cref="ArgumentNullException">An argument is null.</exception>
    public static AkkaConfigurationBuilder WithFederation(this AkkaConfigurationBuilder builder, FederationSettings settings)
    {
        ArgumentNullException.ThrowIfNull(settings);
        return builder.WithFederation(new FederationOptions { Settings = settings });
    }

    /// <summary>Starts a node with the actor system. At shutdown the node drains in the phase <c>service-requests-done</c>, for up to
    /// <c>shutdown_timeout</c>.</summary>
    /// <param name="builder">The actor system's builder.</param>
    /// <param name="options">The options of the node. Use an instance for one actor system only.</param>
    /// <returns><paramref name="builder"/>.</returns>
    /// <exception cref="ArgumentNullException">An argument is null.</exception>
    /// <exception cref="ArgumentException">The name is not 1 to 64 of <c>A-Za-z0-9_-</c>.</exception>
    /// <remarks><para>If the application adds health checks to its services, it gets <c>&lt;name&gt;.live</c>, <c>&lt;name&gt;.ready</c>
    /// and <c>&lt;name&gt;.components.&lt;component&gt;</c>, with the tags <c>liveness</c>, <c>readiness</c> and
    /// <c>federation</c>.</para> <para>This method does not throw if a port is in use: the component fails, and restarts after a
    /// delay.</para></remarks>
    public static AkkaConfigurationBuilder WithFederation(this AkkaConfigurationBuilder builder, FederationOptions options)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentNullException.ThrowIfNull(options);
        if (!NodeName.IsValid(options.Name))
        {
            throw new ArgumentException($"the name is {options.Name}; expected 1 to 64 of A-Za-z0-9_-", nameof(options));
        }

        if (options.Settings.Cluster.Enabled)
        {
            // In front: WithClustering has added the defaults of sharding already.
            builder.AddHocon(ClusterSerializer.Hocon, HoconAddMode.Prepend).AddHocon(LinkRegion.Hocon, HoconAddMode.Prepend);
        }

        builder.AddHocon(ConnectionMailbox.Hocon, HoconAddMode.Append);
        FederationHealthCheck.AddTo(builder, options.Name, options.Settings);
        var phase = options.Settings.ShutdownTimeout + FederationNode.DrainMargin;
        if (builder.Configuration is not { HasValue: true, Value: var present } || present.GetTimeSpan(PhaseTimeout, TimeSpan.Zero) < phase)
        {
            builder.AddHocon($"{PhaseTimeout} = {phase.TotalMilliseconds:0}ms", HoconAddMode.Prepend);
        }

        return builder.WithActors((system, registry, resolver) => Start(
            system, registry, options, resolver?.GetService<FederationNodes>(), resolver?.GetService<ILoggerFactory>()
            ?? NullLoggerFactory.Instance));
    }

    private static void Start(ActorSystem system, IActorRegistry registry, FederationOptions options, FederationNodes? nodes,
        ILoggerFactory loggers)
    {
        var settings = options.Settings;
        if (settings.Cluster.Enabled && (system as ExtendedActorSystem)?.Provider is not ClusterActorRefProvider)
        {
            throw new SettingsException([
                SettingsFault.Unexpected(
                    "federation.cluster.enabled", "an actor system without a cluster",
                    "akka.actor.provider to be cluster, as WithClustering sets it"),
            ]);
        }

        var node = nodes?[options.Name] ?? new FederationNode(options.Name);
        if (nodes is null
            && settings.Components.FirstOrDefault(
                static component => component is { Mode: ComponentMode.Server, Server.Listen: false }) is { } portless)
        {
            throw new InvalidOperationException(
                $"{portless.Name} does not open a port; expected services.AddFederation() and app.MapFederation(path, "
                + $"\"{portless.Name}\"), or server.listen = true");
        }

        var listeners = new ListenerPool(loggers);
        var metrics = options.Metrics ?? new FederationMetrics(settings.Metrics.Prefix);
        var buses = new NatsBuses(settings, loggers);
        var services = new NodeServices(
            settings.NodeId,
            metrics,
            listeners,
            loggers,
            component => buses.Output(component, node.Ports, metrics),
            buses.Control,
            component => buses.Input(component, node.Inputs[component.Name].Reader))
        {
            MaxHops = settings.MaxHops,
            Mapped = node.Mapped,
        };
        var supervisor = node.Start(settings, () => system.ActorOf(FederationSupervisor.Props(settings, services), options.Name));
        if (options.Name is FederationOptions.DefaultName)
        {
            registry.Register<FederationSupervisor>(supervisor);
        }

        var shutdown = CoordinatedShutdown.Get(system);
        shutdown.AddTask(CoordinatedShutdown.PhaseServiceRequestsDone, $"{options.Name}-drain", async () =>
        {
            var unanswered = await node.DrainAsync();

            // When the actors end, so do the readers of the log.
            FederationLog.End(system);
            options.OnDrained?.Invoke(unanswered);
            return Done.Instance;
        });
        shutdown.AddTask(CoordinatedShutdown.PhaseServiceStop, $"{options.Name}-ports", async () =>
        {
            await listeners.DisposeAsync();
            return Done.Instance;
        });
    }
}
