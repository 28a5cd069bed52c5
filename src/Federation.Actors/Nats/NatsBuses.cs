using System.Threading.Channels;
using Federation.Actors.Diagnostics;
using Federation.Actors.Receiving;
using Microsoft.Extensions.Logging;
using NATS.Client.Core;

namespace Federation.Actors.Nats;

/// <summary>Makes the buses of a node's components.</summary>
/// <remarks>Each publisher has a connection of its own, because a confirm counts for one connection. Everything that sends or answers
/// shares one, and all dead letters another; each opens for its first user and closes after its last.</remarks>
internal sealed class NatsBuses
{
    private readonly FederationSettings _settings;
    private readonly ILoggerFactory _loggers;
    private readonly NatsServers _servers;
    private readonly Shared<SharedConnection> _shared;
    private readonly Shared<DeadLetters> _deadLetters;

    public NatsBuses(FederationSettings settings, ILoggerFactory loggers)
    {
        _settings = settings;
        _loggers = loggers;
        _servers = new NatsServers(settings.Nats.Url);
        _shared = new Shared<SharedConnection>(() => new SharedConnection(Options(""), _servers));
        _deadLetters = new Shared<DeadLetters>(() => new DeadLetters(
            errors => new OrderedConnection(Options("/dead-letters"), _servers, errors,
                static _ => { }, static _ => { }, Clock.System.Time), settings.Nats.ConnectTimeout));
    }

    public IMessageBus Output(ComponentSettings component, LocalPorts local, FederationMetrics metrics)
    {
        var output = component.Ports.Data!;
        var subject = SubjectTemplate.Parse(output.FullSubject, component.Name);
        var port = new BusPort(component.Name, _settings.NodeId, subject, output.Headers)
        {
            Guard = SubjectGuard.Of(subject, _settings.Components, component, _settings.Nats.InboxPrefix),
            DecodeRaw = output.DecodeRaw,
        };
        switch (output.Type)
        {
            case PortType.Jetstream:
                return new JetStreamBus(
                    Options($"/{component.Name}"), _servers, port, output, _settings.Nats, metrics.Of(component.Name)
                        .Get(MetricTable.PublishRetries), Clock.System.Time);
            case PortType.Local:
                local[component.Name].Mode = output.Consumers;
                return new LocalBus(port, local[component.Name]);
            default:
                return new NatsCoreBus(Options($"/{component.Name}"), _servers, port, Clock.System.Time);
        }
    }

    /// <returns>Null when the component has no control port.</returns>
    public NatsControlBus? Control(ComponentSettings component) =>
        component.Ports.Control is { } port ? new NatsControlBus(Link(), port.Subject) : null;

    public NatsEgressBus Input(ComponentSettings component, ChannelReader<OutgoingMessage> local) =>
        new(Link(), component.Ports.Control is null ? null : _deadLetters, _settings, component, local);

    private NatsLink Link() => new(_shared);

    private NatsOpts Options(string part) => NatsOptions.Create(_settings.Nats, _servers, $"federation/{_settings.NodeId}{part}", _loggers);
}

/// <summary>Made for its first user, disposed after its last. Thread-safe.</summary>
internal sealed class Shared<T>(Func<T> make)
    where T : class, IAsyncDisposable
{
    private readonly Lock _gate = new();
    private T? _value;
    private int _users;

    public T Enter()
    {
        lock (_gate)
        {
            _users++;
            return _value ??= make();
        }
    }

    public ValueTask LeaveAsync()
    {
        T? unused = null;
        lock (_gate)
        {
            if (--_users == 0)
            {
                (unused, _value) = (_value, null);
            }
        }

        return unused?.DisposeAsync() ?? default;
    }
}
