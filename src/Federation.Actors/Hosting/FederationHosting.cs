using Akka;
using Akka.Actor;
using Akka.Cluster;
using Akka.Hosting;
using Federation.Actors.Clustering;
using Federation.Actors.Correlation;
using Federation.Actors.Egress;
using Federation.Actors.Messages;
using Federation.Actors.Publishing;
using Federation.Actors.Settings;
using Federation.Actors.Supervision;
using Federation.Actors.Telemetry;
using Federation.Actors.Transport;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Federation.Actors.Hosting;

/// <summary>Puts a federation node into an actor system.</summary>
public static class FederationHosting
{
    /// <summary>How much longer than the drain itself the shutdown phase may take before Akka gives up on it.</summary>
    private static readonly TimeSpan DrainMargin = TimeSpan.FromSeconds(2);

    /// <summary>Starts a node with these settings; see <see cref="WithFederation(AkkaConfigurationBuilder, FederationOptions)"/>.</summary>
    /// <param name="builder">The actor system's builder.</param>
    /// <param name="settings">The node's settings, validated: <see cref="LoadedConfiguration.EnsureValid"/> gives such.</param>
    /// <returns><paramref name="builder"/>.</returns>
    /// <exception cref="ArgumentNullException">An argument is null.</exception>
    public static AkkaConfigurationBuilder WithFederation(this AkkaConfigurationBuilder builder, FederationSettings settings)
    {
        ArgumentNullException.ThrowIfNull(settings);
        return builder.WithFederation(new FederationOptions { Settings = settings });
    }

    /// <summary>
    /// Starts a node: its root is in the actor registry as <see cref="FederationSupervisor"/>. At shutdown it drains in the phase
    /// <c>service-requests-done</c>, for at most <c>shutdown_timeout</c>.
    /// </summary>
    /// <param name="builder">The actor system's builder.</param>
    /// <param name="options">The node. Used for one actor system.</param>
    /// <returns><paramref name="builder"/>.</returns>
    /// <exception cref="ArgumentNullException">An argument is null.</exception>
    /// <remarks>Not thread-safe, as the builder is not. A port that is taken does not throw here: the component starts anew, and fails.</remarks>
    public static AkkaConfigurationBuilder WithFederation(this AkkaConfigurationBuilder builder, FederationOptions options)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentNullException.ThrowIfNull(options);
        var phase = options.Settings.ShutdownTimeout + DrainMargin;
        if (options.Settings.Cluster.Enabled)
        {
            // In front: WithClustering has added the defaults of sharding already.
            builder.AddHocon(ClusterSerializer.Hocon, HoconAddMode.Prepend).AddHocon(LinkRegion.Hocon, HoconAddMode.Prepend);
        }

        return builder
            .AddHocon($"akka.coordinated-shutdown.phases.{CoordinatedShutdown.PhaseServiceRequestsDone}.timeout = {phase.TotalMilliseconds:0}ms", HoconAddMode.Prepend)
            .WithActors((system, registry, resolver) => Start(system, registry, options, resolver?.GetService<ILoggerFactory>() ?? NullLoggerFactory.Instance));
    }

    /// <summary>The node that runs in an actor system, for requests to peers.</summary>
    /// <param name="system">An actor system that was built with <see cref="WithFederation(AkkaConfigurationBuilder, FederationOptions)"/> and has started.</param>
    /// <exception cref="ArgumentNullException"><paramref name="system"/> is null.</exception>
    /// <exception cref="MissingActorRegistryEntryException">No node runs in it.</exception>
    public static IFederation Federation(this ActorSystem system)
    {
        ArgumentNullException.ThrowIfNull(system);
        return new FederationNode(ActorRegistry.For(system).Get<FederationSupervisor>());
    }

    private static void Start(ActorSystem system, IActorRegistry registry, FederationOptions options, ILoggerFactory loggers)
    {
        var settings = options.Settings;
        if (settings.Cluster.Enabled && (system as ExtendedActorSystem)?.Provider is not ClusterActorRefProvider)
        {
            throw new SettingsException([SettingsFault.Unexpected("federation.cluster.enabled", "an actor system that is in no cluster", "akka.actor.provider to be cluster, as WithClustering sets it")]);
        }

        var listeners = new ListenerPool(loggers);
        var metrics = options.Metrics ?? new FederationMetrics(settings.Metrics.Prefix);
        var services = new NodeServices(
            settings.NodeId,
            metrics,
            listeners,
            loggers,
            component => Buses.Create(settings, component, LocalPorts.Of(system), loggers, metrics),
            component => component.Ports.Control is { } control
                ? new NatsControlBus(NatsOptions.Create(settings.Nats, $"federation/{settings.NodeId}/{component.Name}/control", loggers), control.Subject)
                : null,
            component => new NatsEgressBus(
                NatsOptions.Create(settings.Nats, $"federation/{settings.NodeId}/{component.Name}/egress", loggers), settings.NodeId, component, LocalInputs.Of(system)[component.Name].Reader))
        {
            MaxHops = settings.MaxHops,
        };
        var supervisor = system.ActorOf(FederationSupervisor.Props(settings, services), FederationSupervisor.Name);
        registry.Register<FederationSupervisor>(supervisor);

        var shutdown = CoordinatedShutdown.Get(system);
        shutdown.AddTask(CoordinatedShutdown.PhaseServiceRequestsDone, "federation-drain", async () =>
        {
            var drained = await supervisor.Ask<ComponentProtocol.Drained>(new ComponentProtocol.Drain(settings.ShutdownTimeout), settings.ShutdownTimeout + DrainMargin);
            options.OnDrained?.Invoke(drained.Unanswered);
            return Done.Instance;
        });
        shutdown.AddTask(CoordinatedShutdown.PhaseServiceStop, "federation-ports", async () =>
        {
            await listeners.DisposeAsync();
            return Done.Instance;
        });
    }
}
