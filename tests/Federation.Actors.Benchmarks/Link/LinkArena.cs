using System.Globalization;

namespace Federation.Actors.Benchmarks.Link;

/// <summary>Edges and hubs as processes: pairs of nats-servers, with a leaf connection or with two nodes between them.</summary>
internal sealed class LinkArena : IAsyncDisposable
{
    private readonly List<IAsyncDisposable> _processes = [];
    private readonly List<Relay> _relays = [];
    private readonly string _folder = Directory.CreateTempSubdirectory("federation-link").FullName;
    private int _made;

    /// <summary>CPU time of all processes and of this one so far.</summary>
    public double OurSeconds => Machine.OwnSeconds() + _processes.OfType<Contender>().Sum(static process => process.CpuSeconds);

    /// <summary>Starts two nats-servers, the edge's as a leaf node of the hub's over WebSocket.</summary>
    /// <param name="compression">As nats-server has it; null: they are not connected.</param>
    public async Task<(Contender Edge, Contender Hub, Relay? Relay)> StartServersAsync(string? compression, CancellationToken stop)
    {
        var webSocket = Race.FreePort();
        var hub = await StartServerAsync("hub", compression is null ? "" : $$"""
            leafnodes { listen: "127.0.0.1:-1", compression: {{compression}} }
            websocket { listen: "127.0.0.1:{{webSocket}}", no_tls: true }
            """, stop);
        var relay = compression is null ? null : AddRelay(webSocket);
        var edge = await StartServerAsync("edge", relay is null ? "" : $$"""
            leafnodes { remotes: [ { url: "ws://127.0.0.1:{{relay.Port}}", compression: {{compression}} } ] }
            """, stop);
        return (edge, hub, relay);
    }

    /// <summary>Starts the node at the hub and then the one at the edge.</summary>
    /// <param name="edge">The edge's nats-server.</param>
    /// <param name="hub">The hub's nats-server.</param>
    /// <param name="input">The port that the edge takes from.</param>
    /// <param name="output">The port that the hub fills.</param>
    /// <param name="settings">Settings of the component, <c>path=value</c>.</param>
    /// <param name="stop">Ends the attempt.</param>
    public async Task<(Contender Edge, Contender Hub, Relay Relay)> StartNodesAsync(
        Contender edge, Contender hub, string input, string output, IReadOnlyList<string> settings, CancellationToken stop)
    {
        var name = string.Create(CultureInfo.InvariantCulture, $"link{++_made}");
        var port = Race.FreePort();
        var accepting = await StartNodeAsync(name + "-hub", hub, $$"""
            components.{{name}} {
              mode = server
              server { host = "127.0.0.1", http_port = {{port}}, path = "/link" }
              backpressure { queue_size = 32000, queue_bytes = 64MiB, on_full = block }
              ports.outputs = [ {{output}} ]
              {{Of(settings, "client.", "egress.")}}
            }
            """, port, stop);
        var relay = AddRelay(port);
        var adminPort = Race.FreePort();
        var dialling = await StartNodeAsync(name + "-edge", edge, $$"""
            components.{{name}} {
              mode = client
              client.url = "ws://127.0.0.1:{{relay.Port}}/link"
              egress { queue_size = 100000, queue_bytes = 256MiB }
              ports.inputs = [ {{input}} ]
              {{Of(settings, "server.", "backpressure.")}}
            }
            """, adminPort, stop, adminPort);
        return (dialling, accepting, relay);
    }

    /// <summary>Ends processes before the end of the race.</summary>
    public async Task StopAsync(params IReadOnlyList<Contender> processes)
    {
        foreach (var process in processes)
        {
            _processes.Remove(process);
            await process.DisposeAsync();
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var process in Enumerable.Reverse(_processes))
        {
            await process.DisposeAsync();
        }

        _relays.ForEach(static relay => relay.Dispose());
        Directory.Delete(_folder, recursive: true);
    }

    private static string Of(IReadOnlyList<string> settings, params string[] others) => string.Join(
        '\n', settings.Where(setting => !others.Any(other => setting.StartsWith(other, StringComparison.Ordinal))));

    private Relay AddRelay(int target)
    {
        var relay = new Relay(target);
        _relays.Add(relay);
        return relay;
    }

    private async Task<Contender> StartServerAsync(string domain, string link, CancellationToken stop)
    {
        var port = Race.FreePort();
        var file = Path.Combine(_folder, string.Create(CultureInfo.InvariantCulture, $"nats-{port}.conf"));
        await File.WriteAllTextAsync(file, $$"""
            listen: "127.0.0.1:{{port}}"
            server_name: "{{domain}}-{{port}}"
            jetstream { domain: {{domain}}, store_dir: "{{file}}.store" }
            {{link}}
            """, stop);
        return Keep(await Contender.StartAsync("nats-server", port, "", Contender.NatsProgram, "-c", file));
    }

    private async Task<Contender> StartNodeAsync(
        string name, Contender nats, string component, int port, CancellationToken stop, int? adminPort = null)
    {
        var file = Path.Combine(_folder, name + ".conf");
        await File.WriteAllTextAsync(file, $$"""
            federation {
              node_id = {{name}}
              nats.url = "nats://127.0.0.1:{{nats.Url.Port}}"
              admin.port = {{adminPort ?? Race.FreePort()}}
              {{component}}
            }
            """, stop);
        return Keep(await Contender.StartAsync(name, port, "", Race.NodeProgram(), "run", "--config", file));
    }

    private Contender Keep(Contender process)
    {
        _processes.Add(process);
        return process;
    }
}
