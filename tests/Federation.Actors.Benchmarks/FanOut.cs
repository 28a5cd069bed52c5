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

    private const int Seconds = 5;

    public static async Task<int> RunAsync(int peers, IReadOnlyList<int> rates, CancellationToken stop)
    {
        var folder = Directory.CreateTempSubdirectory("federation-fan-out").FullName;
        var (natsPort, nodePort, adminPort) = (Race.FreePort(), Race.FreePort(), Race.FreePort());
        var natsUrl = $"nats://127.0.0.1:{natsPort}";
        var config = Path.Combine(folder, "node.conf");
        await File.WriteAllTextAsync(config, Configuration(natsUrl, nodePort, adminPort), stop);
        await using var nats = await Contender.StartAsync("nats-server", natsPort, "", "nats-server", "-a", "127.0.0.1", "-p", natsPort.ToString(CultureInfo.InvariantCulture));
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
        await RunAsync(publisher, subscribers, node, 2_000, stop);
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{peers} peers that ack, 150 bytes, {Seconds} s each; a rate holds when every peer has acked everything"));
        Console.WriteLine("published/s   delivered/s   CPU us/delivery   behind at the end   lost");
        var best = 0;
        foreach (var rate in rates)
        {
            var (lost, line) = await RunAsync(publisher, subscribers, node, rate, stop);
            Console.WriteLine(line);
            best = lost == 0 ? Math.Max(best, rate) : best;
        }

        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"peak RSS of the node: {node.PeakMemory:0} MiB; bar: {Bar} published a second without a loss"));
        await end.CancelAsync();
        await reading;
        subscribers.ForEach(static peer => peer.Dispose());
        Directory.Delete(folder, recursive: true);
        return best >= Bar ? 0 : 1;
    }

    private static async Task<(long Lost, string Line)> RunAsync(NatsConnection publisher, List<AckingPeer> peers, Contender node, int rate, CancellationToken stop)
    {
        var payload = Encoding.ASCII.GetBytes($"{{\"sensor_id\":\"temp-01\",\"value\":23.5,\"pad\":\"{new string('x', 104)}\"}}");
        var before = peers.Sum(static peer => peer.Messages);
        var cpu = node.CpuSeconds;
        var clock = Stopwatch.StartNew();
        var published = 0;
        using var tick = new PeriodicTimer(TimeSpan.FromMilliseconds(10));
        while (published < rate * Seconds && await tick.WaitForNextTickAsync(stop))
        {
            for (var due = Math.Min(rate * Seconds, (int)(clock.Elapsed.TotalSeconds * rate)); published < due; published++)
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

        var seconds = clock.Elapsed.TotalSeconds;
        var line = string.Create(
            CultureInfo.InvariantCulture,
            $"{rate,11:N0} {delivered / seconds,13:N0} {(node.CpuSeconds - cpu) * 1e6 / delivered,17:0.00} {behind,19:N0} {expected - delivered,6:N0}");
        return (expected - delivered, line);
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
