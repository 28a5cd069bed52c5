using System.Diagnostics;
using System.Globalization;
using System.Text;
using NATS.Client.Core;

namespace Federation.Actors.Benchmarks;

/// <summary>One subject to many peers, each of which acks: how many messages a second a node fans out without losing one.</summary>
/// <remarks>Publisher and peers share this process; the node and the nats-server have processes of their own.</remarks>
internal static class FanOut
{
    /// <summary>Published a second to 10 peers, without a loss.</summary>
    private const int Bar = 10_000;

    /// <summary>To 10 peers, against the bar.</summary>
    public static async Task<int> RaceAsync(IReadOnlyList<int> rates, CancellationToken stop)
    {
        var runs = await RunAsync(peers: 10, rates, seconds: 5, stop);
        Console.WriteLine($"bar: {Bar} published a second without a loss");
        return runs.Any(static run => run.Lost == 0 && run.Published >= Bar) ? 0 : 1;
    }

    /// <summary>At each of the rates in turn.</summary>
    public static async Task<IReadOnlyList<FanOutRun>> RunAsync(int peers, IReadOnlyList<int> rates, int seconds, CancellationToken stop)
    {
        var folder = Directory.CreateTempSubdirectory("federation-fan-out").FullName;
        var (natsPort, nodePort, adminPort) = (Race.FreePort(), Race.FreePort(), Race.FreePort());
        var natsUrl = $"nats://127.0.0.1:{natsPort}";
        var config = Path.Combine(folder, "node.conf");
        await File.WriteAllTextAsync(config, Configuration(natsUrl, nodePort, adminPort), stop);
        await using var nats = await Contender.StartNatsAsync(natsPort);
        await using var node = await Contender.StartAsync("node", nodePort, "/out", Race.NodeProgram(), "run", "--config", config);
        await using var publisher = new NatsConnection(new NatsOpts { Url = natsUrl });
        var subscribers = new List<AckingPeer>();
        using var end = CancellationTokenSource.CreateLinkedTokenSource(stop);
        for (var i = 0; i < peers; i++)
        {
            subscribers.Add(new AckingPeer(await LoadGenerator.ConnectAsync(node.Url, stop)));
        }

        var reading = Task.WhenAll(subscribers.Select(peer => Task.Run(() => peer.RunAsync(end.Token), stop)));
        await Task.Delay(1000, stop);
        await RunAsync(publisher, subscribers, node, Math.Min(2_000, rates[0]), seconds, stop);
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"fan-out to {peers} peers that ack, 150 bytes, {seconds} s each; a rate holds when every peer has acked everything"));
        Console.WriteLine("published/s   delivered/s   CPU us/delivery   behind at the end   lost");
        var runs = new List<FanOutRun>();
        foreach (var rate in rates)
        {
            runs.Add(await RunAsync(publisher, subscribers, node, rate, seconds, stop));
            Console.WriteLine(runs[^1]);
        }

        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"peak RSS of the node: {node.PeakMemory:0} MiB"));
        await end.CancelAsync();
        await reading;
        subscribers.ForEach(static peer => peer.Dispose());
        Directory.Delete(folder, recursive: true);
        return runs;
    }

    private static async Task<FanOutRun> RunAsync(
        NatsConnection publisher, List<AckingPeer> peers, Contender node, int rate, int time, CancellationToken stop)
    {
        var payload = Encoding.ASCII.GetBytes($"{{\"sensor_id\":\"temp-01\",\"value\":23.5,\"pad\":\"{new string('x', 104)}\"}}");
        var before = peers.Sum(static peer => peer.Messages);
        var cpu = node.CpuSeconds;
        var clock = Stopwatch.StartNew();
        var published = 0;
        using var tick = new PeriodicTimer(TimeSpan.FromMilliseconds(10));
        while (published < rate * time && await tick.WaitForNextTickAsync(stop))
        {
            for (var due = Math.Min(rate * time, (int)(clock.Elapsed.TotalSeconds * rate)); published < due; published++)
            {
                await publisher.PublishAsync("bench.data", payload, serializer: NatsRawSerializer<byte[]>.Default, cancellationToken: stop);
            }
        }

        var expected = (long)published * peers.Count;
        var behind = expected - (peers.Sum(static peer => peer.Messages) - before);
        var patience = Stopwatch.StartNew();
        long delivered;
        while ((delivered = peers.Sum(static peer => peer.Messages) - before) < expected && patience.Elapsed < TimeSpan.FromSeconds(5))
        {
            await tick.WaitForNextTickAsync(stop);
        }

        return new FanOutRun(peers.Count, rate, delivered / clock.Elapsed.TotalSeconds,
            (node.CpuSeconds - cpu) * 1e6 / delivered, behind, expected - delivered);
    }

    private static string Configuration(string natsUrl, int port, int adminPort) => $$"""
        federation {
          node_id = bench
          nats.url = "{{natsUrl}}"
          admin.port = {{adminPort}}
          components.out {
            server { host = "127.0.0.1", http_port = {{port}}, path = "/out", enable_compression = false }
            egress { queue_size = 20000, max_in_flight = 1024 }
            ports.inputs = [ { name = data, subject = bench.data } ]
          }
        }
        """;
}
