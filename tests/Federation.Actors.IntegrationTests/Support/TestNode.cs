using Akka.Actor;
using Akka.Hosting;
using Federation.Actors.Diagnostics;
using Federation.Actors.Messages;
using Federation.Actors.Supervision;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Federation.Actors.IntegrationTests.Support;

/// <summary>A node in this process, embedded as a user would embed it, on ports the system handed out.</summary>
internal sealed class TestNode : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private readonly IHost _host;

    private TestNode(
        IHost host, FederationMetrics metrics, ActorSystem system, IActorRef supervisor, IReadOnlyDictionary<string, string> endpoints)
    {
        _host = host;
        Metrics = metrics;
        System = system;
        Supervisor = supervisor;
        Endpoints = endpoints;
    }

    public FederationMetrics Metrics { get; }

    public ActorSystem System { get; }

    public IActorRef Supervisor { get; }

    /// <summary>The node, as its embedder has it.</summary>
    public IFederation Federation => _host.Services.GetRequiredService<IFederation>();

    /// <summary>Address of each component, by name.</summary>
    public IReadOnlyDictionary<string, string> Endpoints { get; }

    /// <summary>Address of the only component.</summary>
    public Uri Url => new(Endpoints.Values.Single());

    /// <summary>Messages left unanswered by the drain; null before it.</summary>
    public int? Unanswered { get; private set; }

    /// <summary>Starts a node with one component, <c>edge-in</c>.</summary>
    public static Task<TestNode> StartAsync(string natsUrl, Func<ComponentSettings, ComponentSettings>? change = null) =>
        StartAsync(new FederationSettings
        {
            Nats = new NatsSettings { Url = natsUrl },
            Components = [(change ?? (static component => component))(Component("edge-in"))],
        });

    /// <param name="settings">The node's settings.</param>
    /// <param name="log">Gets all there is to log; null: nothing is logged.</param>
    public static async Task<TestNode> StartAsync(FederationSettings settings, KeptLog? log = null)
    {
        TestNode? node = null;
        var metrics = new FederationMetrics();
        var builder = Microsoft.Extensions.Hosting.Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings());
        builder.Services.AddLogging(static logging => logging.SetMinimumLevel(LogLevel.None));
        if (log is not null)
        {
            builder.Services.AddSingleton<ILoggerFactory>(log);
        }

        builder.Services.AddAkka("test", akka => (log is null ? akka : akka.ConfigureLoggers(loggers => loggers.AddLoggerFactory()))
            .AddHocon($"akka {{ loglevel = {(log is null ? "WARNING" : "DEBUG")}, stdout-loglevel = OFF, log-dead-letters = off }}",
                HoconAddMode.Prepend)
            .WithFederation(
                new FederationOptions { Settings = settings, Metrics = metrics, OnDrained = unanswered => node!.Unanswered = unanswered }));
        builder.Services.AddFederation();
        var host = builder.Build();
        await host.StartAsync();
        var system = host.Services.GetRequiredService<ActorSystem>();
        var supervisor = host.Services.GetRequiredService<IRequiredActor<FederationSupervisor>>().ActorRef;
        var ready = await ReadyAsync(supervisor);
        node = new TestNode(host, metrics, system, supervisor, ready.Endpoints);
        return node;
    }

    /// <summary>A component on a free loopback port that holds everything back rather than drop it.</summary>
    public static ComponentSettings Component(string name) => new()
    {
        Name = name,
        Server = new ServerSettings { Host = "127.0.0.1", HttpPort = 0, MaxConnections = 2000, EnableCompression = false },
        Backpressure = new BackpressureSettings { QueueSize = 1000, OnFull = OverflowPolicy.Block },
        Ports = new PortsSettings { Outputs = [new OutputPortSettings { Name = "ws_data", Subject = "federated.data" }] },
    };

    /// <summary>Where the only component of an embedded node accepts peers.</summary>
    public static async Task<Uri> EndpointAsync(IHost host) =>
        new((await ReadyAsync(
            host.Services.GetRequiredService<IRequiredActor<FederationSupervisor>>().ActorRef)).Endpoints.Values.Single());

    public Task<FederationHealth> HealthAsync() => Supervisor.Ask<FederationHealth>(HealthProtocol.GetReport.Instance, Patience);

    public Task<NodeState> StateAsync() => Supervisor.Ask<NodeState>(HealthProtocol.GetState.Instance, Patience);

    /// <summary>Waits until a condition on the health report holds.</summary>
    public async Task<FederationHealth> WhenAsync(Func<FederationHealth, bool> condition, string what)
    {
        var report = await HealthAsync();
        await Eventually.TrueAsync(async () => condition(report = await HealthAsync()), what);
        return report;
    }

    /// <summary>The value of a metric, 0 while it has none.</summary>
    /// <param name="name">As in the exposition, without the prefix <c>websocket_input_</c>.</param>
    /// <param name="labels">Some of the labels, as <c>name="value"</c>.</param>
    public Task<double> MetricAsync(string name, params string[] labels) => ReadAsync("websocket_input_" + name, labels);

    /// <summary>The same of the sending side.</summary>
    /// <param name="name">As in the exposition, without the prefix <c>websocket_output_</c>.</param>
    /// <param name="labels">Some of the labels, as <c>name="value"</c>.</param>
    public Task<double> OutputMetricAsync(string name, params string[] labels) => ReadAsync("websocket_output_" + name, labels);

    private async Task<double> ReadAsync(string name, string[] labels)
    {
        using var stream = new MemoryStream();
        await Metrics.Registry.CollectAndExportAsTextAsync(stream);
        stream.Position = 0;
        using var reader = new StreamReader(stream);
        var total = 0.0;
        while (await reader.ReadLineAsync() is { } line)
        {
            if (line.StartsWith(name + "{", StringComparison.Ordinal) && Array.TrueForAll(
                labels, label => line.Contains(label, StringComparison.Ordinal)))
            {
                total += double.Parse(line[(line.LastIndexOf(' ') + 1)..], global::System.Globalization.CultureInfo.InvariantCulture);
            }
        }

        return total;
    }

    /// <summary>
    /// What was received is what was answered and what is still held, what was published is what was acked, and what was taken from the bus
    /// has ended.
    /// </summary>
    public Task AssertConservedAsync() =>
        Eventually.TrueAsync(IsConservedAsync, "received = acked + nacked + in flight, and published = acked");

    /// <summary>Waits until all components of a node take peers.</summary>
    public static Task<ComponentProtocol.NodeReady> ReadyAsync(IActorRef supervisor) =>
        supervisor.Ask<ComponentProtocol.NodeReady>(ComponentProtocol.WhenReady.Instance, Patience);

    /// <summary>Drains and stops, as SIGTERM does.</summary>
    public Task StopAsync() => _host.StopAsync();

    /// <summary>Stops the node and asserts that it has lost count of nothing.</summary>
    public async ValueTask DisposeAsync()
    {
        using var patience = new CancellationTokenSource(Patience);
        await _host.StopAsync(patience.Token);
        _host.Dispose();
        Assert.True(await IsConservedAsync(), "received = acked + nacked + in flight, and published = acked");
    }

    private async Task<bool> IsConservedAsync()
    {
        var acked = await MetricAsync("acks_sent_total");
        var withoutId = await MetricAsync("errors_total", "type=\"missing_id\"");
        var unanswered = await MetricAsync("errors_total", "type=\"unanswered\"");
        var published = await MetricAsync("messages_published_total");
        return await MetricAsync("messages_received_total", "type=\"data\"")
                == acked + await MetricAsync("nacks_sent_total") + await MetricAsync("in_flight") + withoutId + unanswered
            && published >= acked && published <= acked + withoutId
            && await OutputMetricAsync("messages_taken_total")
                == await OutputMetricAsync("messages_delivered_total") + await OutputMetricAsync("messages_dropped_total")
                    + await OutputMetricAsync("messages_returned_total") + await OutputMetricAsync("messages_held");
    }
}
