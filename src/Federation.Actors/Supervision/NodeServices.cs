using Federation.Actors.Publishing;
using Federation.Actors.Settings;
using Federation.Actors.Telemetry;
using Federation.Actors.Transport;
using Microsoft.Extensions.Logging;

namespace Federation.Actors.Supervision;

/// <summary>What the components of one node share.</summary>
/// <param name="Metrics">The node's instruments.</param>
/// <param name="Listeners">The node's open ports.</param>
/// <param name="Loggers">For what is no actor.</param>
/// <param name="Connect">Makes a bus for a component's data port; called at every start of its publisher.</param>
internal sealed record NodeServices(FederationMetrics Metrics, ListenerPool Listeners, ILoggerFactory Loggers, Func<ComponentSettings, IMessageBus> Connect);
