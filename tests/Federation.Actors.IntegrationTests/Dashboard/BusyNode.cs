using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using Federation.Actors.IntegrationTests.Support;
using NATS.Client.Core;

namespace Federation.Actors.IntegrationTests.Dashboard;

/// <summary>
/// A node with something to look at: sensors that send without pause, peers that are sent to (one of them away), and a component whose
/// server does not exist.
/// </summary>
internal sealed class BusyNode : IAsyncDisposable
{
    /// <summary>The token that lets one control it.</summary>
    public const string Token = "let-me-in";

    private static readonly TimeSpan Pace = TimeSpan.FromMilliseconds(50);

    private readonly List<IAsyncDisposable> _parts = [];
    private readonly CancellationTokenSource _end = new();

    /// <summary>Keeps a port that nobody listens on.</summary>
    private readonly Socket _nobody = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
    private Task _load = Task.CompletedTask;

    private BusyNode() => _nobody.Bind(new IPEndPoint(IPAddress.Loopback, 0));

    public NatsServer Nats { get; private set; } = null!;

    public FederationProcess Node { get; private set; } = null!;

    /// <summary>Where <c>sensors-in</c> accepts peers.</summary>
    public Uri Sensors { get; private set; } = null!;

    /// <summary>Where <c>events-out</c> accepts peers.</summary>
    public Uri Events { get; private set; } = null!;

    public static async Task<BusyNode> StartAsync()
    {
        var busy = new BusyNode();
        try
        {
            await busy.RunAsync();
            return busy;
        }
        catch
        {
            await busy.DisposeAsync();
            throw;
        }
    }

    /// <summary>Sends without pause until the connection ends or the test does.</summary>
    public async Task SendAsync(NumberedSender sender)
    {
        using var timer = new PeriodicTimer(Pace);
        try
        {
            while (await timer.WaitForNextTickAsync(_end.Token))
            {
                await sender.SendAsync(20);
            }
        }
        catch (Exception e) when (e is OperationCanceledException or ObjectDisposedException or System.Net.WebSockets.WebSocketException)
        {
            // The end.
        }
    }

    /// <summary>Ends what sends; what is there stays.</summary>
    public async Task CalmAsync()
    {
        await _end.CancelAsync();
        await _load;
    }

    public async ValueTask DisposeAsync()
    {
        await CalmAsync();
        for (var last = _parts.Count - 1; last >= 0; last--)
        {
            await _parts[last].DisposeAsync();
        }

        _nobody.Dispose();
        _end.Dispose();
    }

    private async Task RunAsync()
    {
        Nats = Keep(await NatsServer.StartAsync());
        var environment = new Dictionary<string, string>(StringComparer.Ordinal) { ["ADMIN_TOKEN"] = Token };
        Node = Keep(await FederationProcess.RunAsync(Configuration(), environment));
        using var http = new HttpClient { BaseAddress = Node.Admin };
        JsonElement[] components = [];
        await Eventually.TrueAsync(
            async () =>
            {
                components = [
                    .. JsonDocument.Parse(await http.GetStringAsync("api/state")).RootElement.GetProperty("components").EnumerateArray()];
                return components.Take(2).All(static component => component.GetProperty("status").ValueEquals("listening"));
            },
            "both accept peers");
        Sensors = new Uri(components[0].GetProperty("endpoint").GetString()!);
        Events = new Uri(components[1].GetProperty("endpoint").GetString()!);

        Keep(await ReceivingPeer.ConnectAsync(Events, "warehouse"));
        Keep(await ReceivingPeer.ConnectAsync(Events, "office-berlin"));
        await using (await ReceivingPeer.ConnectAsync(Events, "van-7"))
        {
            await Eventually.TrueAsync(
                async () => (await http.GetStringAsync("api/peers")).Contains("van-7", StringComparison.Ordinal), "it is there");
        }

        var first = Keep(await NumberedSender.ConnectAsync(Sensors, "sensor-1", lasting: true));
        var second = Keep(await NumberedSender.ConnectAsync(Sensors, "sensor-hall-2-north", lasting: true));
        var publisher = Keep(new NatsConnection(new NatsOpts { Url = Nats.Url }));
        await publisher.ConnectAsync();
        _load = Task.WhenAll(SendAsync(first), SendAsync(second), PublishAsync(publisher));
    }

    private async Task PublishAsync(NatsConnection publisher)
    {
        using var timer = new PeriodicTimer(Pace);
        try
        {
            while (await timer.WaitForNextTickAsync(_end.Token))
            {
                await publisher.PublishAsync(
                    "events.door", """{"n":0,"door":"north","open":true}"""u8.ToArray(), cancellationToken: _end.Token);
            }
        }
        catch (OperationCanceledException)
        {
            // The end.
        }
    }

    private string Configuration() =>
        $$"""
        federation {
          node_id = "plant-a"
          nats { url = "{{Nats.Url}}", ping_interval = 1s }
          admin { port = 0, token_env = ADMIN_TOKEN }
          shutdown_timeout = 1s
          components.sensors-in {
            mode = server
            server { host = "127.0.0.1", http_port = 0 }
            backpressure { on_full = drop_oldest, queue_size = 500 }
            ports.outputs = [ { name = ws_data, subject = plant.sensors, type = nats } ]
          }
          components.events-out {
            mode = server
            server { host = "127.0.0.1", http_port = 0 }
            ports.inputs = [ { name = events, subject = "events.>" } ]
          }
          components.cloud-link {
            mode = client
            client.url = "ws://{{_nobody.LocalEndPoint}}/ingest"
            ports.inputs = [ { name = events, subject = "cloud.>" } ]
            ports.outputs = [ { name = ws_data, subject = plant.cloud, type = nats } ]
          }
        }
        """;

    private T Keep<T>(T part)
        where T : IAsyncDisposable
    {
        _parts.Add(part);
        return part;
    }
}
