using Federation.Actors.Diagnostics;
using Federation.Actors.Receiving;
using Microsoft.Extensions.Logging;
using NATS.Client.Core;

namespace Federation.Actors.Nats;

/// <summary>Makes the bus that a component's data port asks for.</summary>
internal static class Buses
{
    /// <summary>A new bus, not started.</summary>
    /// <param name="settings">The node's.</param>
    /// <param name="servers">The node's servers of NATS.</param>
    /// <param name="component">Whose bus it is.</param>
    /// <param name="local">Where consumers in this process attach.</param>
    /// <param name="loggers">Where the client library logs to.</param>
    /// <param name="metrics">The node's instruments.</param>
    public static IMessageBus Create(
        FederationSettings settings, NatsServers servers, ComponentSettings component, LocalPorts local, ILoggerFactory loggers, FederationMetrics metrics)
    {
        var output = component.Ports.Data!;
        NatsOpts Options() => NatsOptions.Create(settings.Nats, servers, $"federation/{settings.NodeId}/{component.Name}", loggers);
        var subject = SubjectTemplate.Parse(output.FullSubject, component.Name);
        var port = new BusPort(component.Name, settings.NodeId, subject, output.Headers)
        {
            Guard = SubjectGuard.Of(subject, settings.Components, component, settings.Nats.InboxPrefix),
            DecodeRaw = output.DecodeRaw,
        };
        switch (output.Type)
        {
            case PortType.Jetstream:
                return new JetStreamBus(Options(), servers, port, output, settings.Nats, metrics.Of(component.Name).Get(MetricTable.PublishRetries), Clock.System.Time);
            case PortType.Local:
                local[component.Name].Mode = output.Consumers;
                return new LocalBus(port, local[component.Name]);
            default:
                return new NatsCoreBus(Options(), servers, port, Clock.System.Time);
        }
    }
}
