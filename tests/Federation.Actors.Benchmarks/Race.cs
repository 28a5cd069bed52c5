using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace Federation.Actors.Benchmarks;

/// <summary>The node's JetStream port against a bare publisher, and what all races share.</summary>
internal static class Race
{
    /// <summary>
    /// The node with a JetStream port against a bare publisher that keeps as many messages in flight, in turn, on one stream on disk.
    /// </summary>
    public static async Task<int> RunJetStreamAsync(int messages, int size, int window, int rounds, CancellationToken stop)
    {
        var folder = Directory.CreateTempSubdirectory("federation-race").FullName;
        var (natsPort, nodePort, adminPort) = (FreePort(), FreePort(), FreePort());
        var natsUrl = $"nats://127.0.0.1:{natsPort}";
        var config = Path.Combine(folder, "node.conf");
        await File.WriteAllTextAsync(config, NodeConfiguration(natsUrl, nodePort, adminPort, window, StreamPort), stop);
        await using var nats = await Contender.StartNatsAsync(natsPort, Path.Combine(folder, "store"));
        await using var node = await Contender.StartAsync("node", nodePort, "/ingest", NodeProgram(), "run", "--config", config);
        var load = new LoadGenerator(node, new Frames(size), window);
        await load.RunAsync(1, messages, stop);
        await BareStream.RunAsync(natsUrl, messages, size, window, stop);
        var bares = new List<double>();
        var nodes = new List<double>();
        for (var round = 0; round < rounds; round++)
        {
            bares.Add(await BareStream.RunAsync(natsUrl, messages, size, window, stop));
            nodes.Add((await load.RunAsync(1, messages, stop)).Rate);
        }

        var ratio = Median(nodes.Zip(bares, static (n, b) => n / b));
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"JetStream on disk, {messages:N0} messages of {size} bytes, {window:N0} in flight, {rounds} rounds in turn; medians: bare "
                + $"publisher {Median(bares):N0}/s, node {Median(nodes):N0}/s, ratio {ratio:0.00}"));
        Directory.Delete(folder, recursive: true);
        return ratio < 0.7 ? 1 : 0;
    }

    internal static double Median(IEnumerable<double> values)
    {
        var sorted = values.Order().ToArray();
        return sorted.Length % 2 == 1 ? sorted[sorted.Length / 2] : (sorted[(sorted.Length / 2) - 1] + sorted[sorted.Length / 2]) / 2;
    }

    /// <summary>The published program, which <c>./run.sh bench</c> builds first.</summary>
    internal static string NodeProgram() =>
        Environment.GetEnvironmentVariable("FEDERATION")
            ?? Path.Combine(Environment.CurrentDirectory, "artifacts", "federation", "federation");

    internal static string NodeConfiguration(
        string natsUrl, int port, int adminPort, int window, string output = CorePort, bool compress = false) =>
        $$"""
        federation {
          nats.url = "{{natsUrl}}"
          admin.port = {{adminPort}}
          components.race {
            mode = server
            server { host = "127.0.0.1", http_port = {{port}}, path = /ingest, max_connections = 20000,
                     enable_compression = {{(compress ? "true" : "false")}} }
            backpressure { queue_size = {{window}}, on_full = block }
            ports.outputs = [ {{output}} ]
          }
        }
        """;

    internal static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    internal const string CorePort = "{ name = ws_data, subject = federated.data, type = nats }";

    internal const string StreamPort =
        $"{{ name = ws_data, subject = {BareStream.Subject}, type = jetstream, stream {{ name = {BareStream.Stream}, create = true }} }}";
}
