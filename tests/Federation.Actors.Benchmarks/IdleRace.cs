using System.Diagnostics;
using System.Globalization;
using System.Net.Sockets;

namespace Federation.Actors.Benchmarks;

/// <summary>What a node costs that has nothing to do: memory and CPU time for idle connections, and how long it takes to start.</summary>
internal static class IdleRace
{
    private const int Starts = 5;

    // Sockets of this process that are not connections.
    private const int Spare = 200;

    private static readonly TimeSpan Rest = TimeSpan.FromSeconds(5);

    // FIN, pong, masked with zeros, empty as the node's pings are.
    private static readonly byte[] Pong = [0x8A, 0x80, 0, 0, 0, 0];

    public static async Task<int> RunAsync(CancellationToken stop)
    {
        await Machine.LookAsync(TimeSpan.FromSeconds(2), stop);
        var folder = Directory.CreateTempSubdirectory("federation-idle").FullName;
        var natsPort = Race.FreePort();
        await using var nats = await Contender.StartNatsAsync(natsPort);
        var verdicts = new List<Verdict> { await StartAsync(folder, natsPort, stop) };
        var counts = new List<int> { 1_000, 10_000 };
        if (Machine.OpenFileLimit() - Spare is var most && most < counts[^1])
        {
            Console.WriteLine($"ulimit -n is {Machine.OpenFileLimit()}, too low for {counts[^1]} connections: {most} instead");
            counts = [.. counts.Where(count => count < most), most];
        }

        Console.WriteLine(
            "each connection has sent one envelope and got its ack; KB: 1000 bytes of resident memory, after a garbage collection");
        Console.WriteLine("contender       connections   KB/connection   of it managed   uncollected   CPU at rest, cores");
        foreach (var compress in (bool[])[false, true])
        {
            var (config, port, _) = await ConfigureAsync(folder, natsPort, compress, stop);
            await using var node = await Contender.StartMeteredAsync(compress ? ContenderNames.NodeDeflate : ContenderNames.Node,
                port, "/ingest", Race.NodeProgram(), "run", "--config", config);
            var kilobytes = await FillAsync(node, counts, compress, acks: true, stop);
            if (!compress)
            {
                verdicts.Add(new($"KB per idle connection, {counts[^1]} connections", kilobytes, Bars.IdleKilobytes, AtLeast: false));
            }
        }

        var floorPort = Race.FreePort();
        await using var floor = await Contender.StartMeteredAsync(
            ContenderNames.ReceiveOnly, floorPort, "/", Environment.ProcessPath!, "receive-frugally", floorPort.ToString(
                CultureInfo.InvariantCulture));
        await FillAsync(floor, counts, compress: false, acks: false, stop);
        verdicts.ForEach(Console.WriteLine);
        Directory.Delete(folder, recursive: true);
        return verdicts.Exists(static verdict => !verdict.IsMet) ? 1 : 0;
    }

    private static async Task<double> FillAsync(Contender node, List<int> counts, bool compress, bool acks, CancellationToken stop)
    {
        var frames = new Frames(Plan.Small, compress);
        var sockets = new List<TcpClient>();
        try
        {
            // What the first connections bring for good is not theirs.
            for (var i = 0; i < 100; i++)
            {
                using var passing = await OpenAsync(node, frames, acks, stop);
            }

            await Task.Delay(Rest, stop);
            await node.Meter.CollectAsync(stop);
            var (memory, heap) = (node.Memory, node.Meter.Heap);
            var each = 0.0;
            foreach (var count in counts)
            {
                while (sockets.Count < count)
                {
                    sockets.Add(await OpenAsync(node, frames, acks, stop));
                }

                var raw = (node.Memory - memory) * 1.024 / count;
                await node.Meter.CollectAsync(stop);
                await Task.Delay(Rest, stop);
                var (cpu, clock) = (node.CpuSeconds, Stopwatch.StartNew());
                await Task.Delay(Rest, stop);
                var cores = (node.CpuSeconds - cpu) / clock.Elapsed.TotalSeconds;
                each = (node.Memory - memory) * 1.024 / count;
                Console.WriteLine(string.Create(
                    CultureInfo.InvariantCulture,
                    $"{node.Name,-13} {count,13} {each,15:0.0} {(node.Meter.Heap - heap) / 1000.0 / count,15:0.0} {raw,13:0.0} "
                        + $"{cores,20:0.000}"));
            }

            return each;
        }
        finally
        {
            sockets.ForEach(static socket => socket.Dispose());
        }
    }

    private static async Task<TcpClient> OpenAsync(Contender node, Frames frames, bool acks, CancellationToken stop)
    {
        var client = await LoadGenerator.ConnectAsync(node.Url, stop, frames.IsCompressed);
        await client.Client.SendAsync(frames.From(0, 1, out _), stop);
        if (acks && await client.Client.ReceiveAsync(new byte[512], stop) == 0)
        {
            throw new IOException("closed before the ack");
        }

        _ = AnswerPingsAsync(client.Client);
        return client;
    }

    /// <summary>Keeps a connection from being taken for dead: a node cuts who does not answer within 20 s, before all are open.</summary>
    private static async Task AnswerPingsAsync(Socket socket)
    {
        try
        {
            var bytes = new byte[2];
            while (await socket.ReceiveAsync(bytes) > 0)
            {
                await socket.SendAsync(Pong);
            }
        }
        catch (Exception end) when (end is SocketException or ObjectDisposedException)
        {
            // The race is over.
        }
    }

    /// <summary>From the start of the process to the first "ready".</summary>
    private static async Task<Verdict> StartAsync(string folder, int natsPort, CancellationToken stop)
    {
        var seconds = new List<double>();
        using var http = new HttpClient();
        for (var i = 0; i < Starts; i++)
        {
            var (config, _, ready) = await ConfigureAsync(folder, natsPort, compress: false, stop);
            var clock = Stopwatch.StartNew();
            using var process = Process.Start(new ProcessStartInfo(Race.NodeProgram(), ["run", "--config", config])
            {
                UseShellExecute = false,
                RedirectStandardOutput = true,
                RedirectStandardError = true,
            }) ?? throw new InvalidOperationException("cannot start the node");
            process.BeginOutputReadLine();
            process.BeginErrorReadLine();
            while (!await IsReadyAsync(http, ready, stop))
            {
                await Task.Delay(5, stop);
            }

            seconds.Add(clock.Elapsed.TotalSeconds);
            process.Kill();
            await process.WaitForExitAsync(stop);
        }

        Console.WriteLine(
            "start to ready, s: " + string.Join(' ', seconds.Select(static value => value.ToString("0.00", CultureInfo.InvariantCulture))));
        return new Verdict($"start to ready, median of {Starts}, s", Race.Median(seconds), Bars.StartSeconds, AtLeast: false);
    }

    private static async Task<bool> IsReadyAsync(HttpClient http, Uri ready, CancellationToken stop)
    {
        try
        {
            using var answer = await http.GetAsync(ready, stop);
            return answer.IsSuccessStatusCode;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }

    private static async Task<(string Config, int Port, Uri Ready)> ConfigureAsync(
        string folder, int natsPort, bool compress, CancellationToken stop)
    {
        var (port, adminPort) = (Race.FreePort(), Race.FreePort());
        var config = Path.Combine(folder, string.Create(CultureInfo.InvariantCulture, $"{port}.conf"));
        var text = Race.NodeConfiguration($"nats://127.0.0.1:{natsPort}", port, adminPort, window: 16_000, compress: compress);
        await File.WriteAllTextAsync(config, text, stop);
        return (config, port, new Uri($"http://127.0.0.1:{adminPort}/ready"));
    }
}
