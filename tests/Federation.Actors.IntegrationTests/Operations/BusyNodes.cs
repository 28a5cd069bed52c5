using Federation.Actors.IntegrationTests.Support;
using NATS.Client.Core;

namespace Federation.Actors.IntegrationTests.Operations;

/// <summary>
/// Two nodes in processes of their own, a nats-server, peers, and at least one of everything that is counted; a Prometheus watches them.
/// </summary>
internal sealed class BusyNodes : IAsyncDisposable
{
    private readonly List<IAsyncDisposable> _parts = [];

    private BusyNodes()
    {
    }

    public NatsServer Nats { get; private set; } = null!;

    /// <summary>Scrapes both nodes.</summary>
    public PrometheusServer Prometheus { get; private set; } = null!;

    public static async Task<BusyNodes> StartAsync()
    {
        var nodes = new BusyNodes();
        try
        {
            await nodes.RunAsync();
            return nodes;
        }
        catch
        {
            await nodes.DisposeAsync();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        for (var last = _parts.Count - 1; last >= 0; last--)
        {
            await _parts[last].DisposeAsync();
        }

        _parts.Clear();
    }

    private async Task RunAsync()
    {
        Nats = Keep(await NatsServer.StartAsync());
        var hub = Keep(await FederationProcess.RunAsync(
            Configuration("hub", prefix: "", end: "mode = server, server { host = \"127.0.0.1\", http_port = 0 }")));
        var edge = Keep(await FederationProcess.RunAsync(
            Configuration("edge", prefix: "semstreams_", end: $"mode = client, client.url = \"{hub.Url}\"")));
        Prometheus = Keep(await PrometheusServer.StartAsync(hub.Admin, edge.Admin));

        await using var caller = await NatsCaller.StartAsync(Nats.Url);
        var status = await caller.WhenAnsweredAsync("hub.control.send.edge-link", """{"method":"status","params":{}}""");
        Assert.Equal("ok", status.GetProperty("status").GetString());

        // One that nacks the first time; the edge acks.
        var isFirst = true;
        await using (var receiver = await ReceivingPeer.ConnectAsync(hub.Url, "one", envelope =>
        {
            var answer = isFirst ? envelope.Nack("publish_failed") : envelope.Ack;
            isFirst = false;
            return answer;
        }))
        {
            await using var publisher = new NatsConnection(new NatsOpts { Url = Nats.Url });
            await publisher.PublishAsync("down.hub", """{"n":1}"""u8.ToArray());
            await publisher.PublishAsync("down.edge", """{"n":2}"""u8.ToArray());
            await Eventually.TrueAsync(() => receiver.Received.Count >= 2, "the message, and again after its nack");
        }

        await using (var faulty = await TestPeer.ConnectAsync(hub.Url))
        {
            await faulty.SendAsync("not an envelope");
        }

        var sender = Keep(await NumberedSender.ConnectAsync(hub.Url, "sensor"));
        await sender.SendAsync(2_000);
        try
        {
            await sender.AllAnsweredAsync();
        }
        catch (Exception e)
        {
            using var http = new HttpClient();
            var health = await http.GetStringAsync(new Uri(hub.Admin, "/health"));
            throw new InvalidOperationException($"{sender.Acked.Count} of {sender.Sent} messages were acked; the hub says {health}", e);
        }
    }

    /// <summary>A node with one two-way component, <c>link</c>. The scrape takes the prefix off again.</summary>
    private string Configuration(string name, string prefix, string end) =>
        $$"""
        federation {
          node_id = {{name}}
          nats.url = "{{Nats.Url}}"
          admin.port = 0
          metrics.prefix = "{{prefix}}"
          shutdown_timeout = 1s
          components.link {
            {{end}}
            backpressure.on_full = block
            egress.retry_delay = 50ms
            ports.inputs = [ { name = down, subject = down.{{name}} } ]
            ports.outputs = [
              { name = ws_data, subject = {{name}}.data, type = nats }
              { name = ws_control, subject = {{name}}.control, type = nats }
            ]
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
