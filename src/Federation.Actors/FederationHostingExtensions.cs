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
/// <remarks>An actor system may have several nodes, each with its own <see cref="FederationOptions.Name"/>, and a process several actor
/// systems. Not thread-safe, as the builder is not.</remarks>
public static class FederationHostingExtensions
{
    private const string PhaseTimeout = $"akka.coordinated-shutdown.phases.{CoordinatedShutdown.PhaseServiceRequestsDone}.timeout";

    /// <summary>Starts a node from what was read of a file or text; see <see cref="WithFederation(AkkaConfigurationBuilder,
    /// FederationOptions)"/>.</summary>
    /// <param name="builder">The actor system's builder.</param>
    /// <param name="loaded">From <see cref="FederationConfiguration.Load"/> or <see cref="FederationConfiguration.Parse"/>. Its block
    /// <c>akka</c>, if it has one, is a fallback of the actor system's configuration.</param>
    /// <returns><paramref name="builder"/>.</returns>
    /// <exception cref="ArgumentNullException">An argument is null.</exception>
    /// <exception cref="SettingsException">The settings cannot be used; all faults are in it.</exception>
    public static AkkaConfigurationBuilder WithFederation(this AkkaConfigurationBuilder builder, LoadedConfiguration loaded)
    {
        ArgumentNullException.ThrowIfNull(loaded);
        return builder.WithFederation(loaded.EnsureValid()).AddHocon(loaded.Akka, HoconAddMode.Append);
    }

    /// <summary>Starts a node from the block <c>federation</c> of a configuration at hand; see <see
    /// cref="WithFederation(AkkaConfigurationBuilder, FederationOptions)"/>.</summary>
    /// <param name="builder">The actor system's builder.</param>
    /// <param name="configuration">The configuration, with its fallbacks; a text is taken for HOCON, not for the name of a file.
    /// <c>ToHocon</c> of Akka.Hosting makes one of an <c>IConfiguration</c>, such as appsettings.json.</param>
    /// <returns><paramref name="builder"/>.</returns>
    /// <exception cref="ArgumentNullException">An argument is null.</exception>
    /// <exception cref="SettingsException">The settings cannot be used; all faults are in it.</exception>
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

    /// <summary>Starts a node with the actor system. At shutdown it drains in the phase <c>service-requests-done</c>, for at most
    /// <c>shutdown_timeout</c>.</summary>
    /// <param name="builder">The actor system's builder.</param>
    /// <param name="options">The node. Used for one actor system.</param>
    /// <returns><paramref name="builder"/>.</returns>
    /// <exception cref="ArgumentNullException">An argument is null.</exception>
    /// <exception cref="ArgumentException">The name is not 1 to 64 of <c>A-Za-z0-9_-</c>.</exception>
    /// <remarks><para> The health checks <c>&lt;name&gt;.live</c>, <c>&lt;name&gt;.ready</c> and
    /// <c>&lt;name&gt;.components.&lt;component&gt;</c>, with the tags <c>liveness</c>, <c>readiness</c> and <c>federation</c>, are there
    /// for whoever adds health checks to the services. </para>
    /// <para>A port that is in use does not throw here: the component fails, and starts again after a pause.</para></remarks>
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
