using System.Globalization;
using Federation.Actors.IntegrationTests.Rfc;
using Federation.Actors.IntegrationTests.Support;
using NATS.Client.Core;

namespace Federation.Actors.IntegrationTests.Program;

/// <summary>The peers of <c>config/peers</c> that are programs, against a node that is killed.</summary>
public sealed class PeerScriptTests
{
    private const int Lines = 20_000;

    [Fact]
    [Trait(Tool.Needs, "python3-websockets")]
    public Task Python() => RunAsync("/usr/bin/python3", "peer.py");

    [Fact]
    [Trait(Tool.Needs, "node")]
    [Trait(Tool.Needs, "npm")]
    public async Task Node()
    {
        await RealClientTests.FetchModulesAsync();
        await RunAsync("node", "peer.mjs");
    }

    private static async Task RunAsync(string program, string script)
    {
        await using var nats = await NatsServer.StartAsync(new NatsServerOptions { JetStream = true });
        await using var subscriber = await NatsSubscriber.StartAsync(nats.Url, "readings");
        await using var publisher = new NatsConnection(new NatsOpts { Url = nats.Url });
        var directory = Directory.CreateTempSubdirectory("peer-");
        var input = Path.Combine(directory.FullName, "readings.ndjson");
        var readings = Enumerable.Range(0, Lines).Select(static n => $$"""{"n":{{n}},  "text":"as it stood"}""").ToArray();
        await File.WriteAllLinesAsync(input, ["{ not JSON", .. readings]);
        var configuration = Configuration(nats.Url);
        await using var first = await FederationProcess.RunAsync(configuration, Token);
        await using var peer = FederationProcess.Start("/bin/sh", directory, new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["FEDERATION_TOKEN"] = "let-me-in", ["NODE_PATH"] = Path.Combine(RealClientTests.Modules, "node_modules"),
        }, "-c", $"exec {program} {Repository.File("config/peers/" + script)} {first.Url} edge-7 < {input}");
        await subscriber.CountAsync(1000);

        first.Kill();
        await first.ExitedAsync();
        await using var second = await FederationProcess.RunAsync(configuration, Token);
        await subscriber.CountAsync(Lines / 2);
        await publisher.PublishAsync("orders.1", "{\"order\":1}");
        await Eventually.TrueAsync(() => peer.Output.Any(static line => line.Replace(" ", "", StringComparison.Ordinal) is "{\"order\":1}"),
            "the peer to receive", Patience.Long);

        Assert.Equal(0, await peer.ExitedAsync());
        Assert.Equal(readings, (await StreamedMessage.ReadAllAsync(nats.Url, "readings")).Select(static message => message.Payload));
        Assert.Contains(peer.Errors, static line => line.StartsWith("skipped, not JSON: { not JSON", StringComparison.Ordinal));
        Assert.Contains(peer.Errors, static line => line.Contains("connecting again in", StringComparison.Ordinal));
        using var http = new HttpClient { BaseAddress = second.Admin };
        Assert.Contains("messages_delivered_total{component=\"edge-in\"} 1", await http.GetStringAsync("metrics"),
            StringComparison.Ordinal);
    }

    private static readonly Dictionary<string, string> Token = new(StringComparer.Ordinal) { ["EDGE_TOKEN"] = "let-me-in" };

    private static string Configuration(string natsUrl) => string.Create(CultureInfo.InvariantCulture,
        $$"""
        federation {
          nats.url = "{{natsUrl}}"
          admin.port = 0
          components.edge-in {
            mode = server
            server { host = "127.0.0.1", http_port = {{FreePort.Take()}} }
            auth { type = bearer, tokens = [ { name = edge-7, token_env = EDGE_TOKEN } ] }
            backpressure.on_full = block
            ports.inputs = [ { name = orders, subject = "orders.>", type = nats } ]
            ports.outputs = [ { name = ws_data, subject = readings, type = jetstream, stream { name = readings, create = true } } ]
          }
        }
        """);
}
