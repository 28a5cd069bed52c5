using System.Diagnostics;
using System.Globalization;
using System.Text;
using NATS.Client.Core;

namespace Federation.Actors.Benchmarks;

/// <summary>
/// A request over NATS to a peer of the node against the same request to a responder on NATS, in turn, on one nats-server.
/// </summary>
/// <remarks>Requester, responder and peer share this process; the node and the nats-server have processes of their own.</remarks>
internal static class ControlRace
{
    private const string BareSubject = "bare.status";
    private const string ControlSubject = "race.control";
    private const string Peer = "echo";

    /// <summary>What the node may add to a round trip in 99 of 100, in microseconds.</summary>
    private const double Bar = 1000;

    private const string Ports =
        $"{{ name = ws_data, subject = race.data, type = nats }}, {{ name = ws_control, subject = {ControlSubject}, type = nats }}";

    private static readonly byte[] Question = Encoding.UTF8.GetBytes("""{"method":"status","params":{}}""");
    private static readonly byte[] Answer = Encoding.UTF8.GetBytes("""{"status":"ok","result":{"queue_depth":0,"uptime_seconds":1}}""");

    public static async Task<int> RunAsync(int requests, int inFlight, int rounds, CancellationToken stop)
    {
        var folder = Directory.CreateTempSubdirectory("federation-race").FullName;
        var (natsPort, nodePort, adminPort) = (Race.FreePort(), Race.FreePort(), Race.FreePort());
        var natsUrl = $"nats://127.0.0.1:{natsPort}";
        var config = Path.Combine(folder, "node.conf");
        await File.WriteAllTextAsync(config, Race.NodeConfiguration(natsUrl, nodePort, adminPort, window: 1000, Ports), stop);
        await using var nats = await Contender.StartNatsAsync(natsPort);
        await using var node = await Contender.StartAsync("node", nodePort, "/ingest", Race.NodeProgram(), "run", "--config", config);
        await using var requester = new NatsConnection(new NatsOpts { Url = natsUrl });
        await using var responder = new NatsConnection(new NatsOpts { Url = natsUrl });
        await using var subscription = await responder.SubscribeCoreAsync<byte[]>(
            BareSubject, serializer: NatsRawSerializer<byte[]>.Default, cancellationToken: stop);
        await responder.PingAsync(stop);
        var answering = Task.Run(() => AnswerAsync(subscription, stop), stop);
        await using var peer = await EchoPeer.ConnectAsync(node.Url, Peer, stop);
        var nodeSubject = $"{ControlSubject}.send.{Peer}";
        await WhenOfferedAsync(requester, nodeSubject, stop);

        // Twice each: the runtimes compile what is hot in the first.
        for (var warm = 0; warm < 2; warm++)
        {
            await MeasureAsync(requester, BareSubject, requests, inFlight, stop);
            await MeasureAsync(requester, nodeSubject, requests, inFlight, stop);
        }

        var (bares, nodes) = (new List<Latencies>(), new List<Latencies>());
        var cpu = node.CpuSeconds;
        var (machine, ours, clock) = (Machine.AllSeconds(), OurSeconds(nats, node), Stopwatch.StartNew());
        for (var round = 0; round < rounds; round++)
        {
            bares.Add(await MeasureAsync(requester, BareSubject, requests, inFlight, stop));
            nodes.Add(await MeasureAsync(requester, nodeSubject, requests, inFlight, stop));
        }

        var others = (Machine.AllSeconds() - machine - (OurSeconds(nats, node) - ours)) / clock.Elapsed.TotalSeconds;
        cpu = (node.CpuSeconds - cpu) * 1e6 / ((double)requests * rounds);
        var (bare, through) = (Latencies.Medians(bares), Latencies.Medians(nodes));
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{requests:N0} requests, {inFlight} in flight, {rounds} rounds in turn; medians of the rounds, in microseconds"));
        Console.WriteLine("round trip                          mean      p50      p99   requests/s");
        Console.WriteLine("NATS, responder, NATS           " + bare);
        Console.WriteLine("NATS, node, peer, node, NATS    " + through);
        Console.WriteLine("the node and its peer add       " + (through - bare));
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"CPU time of the node per request: {cpu:0.0} us; other programs kept {others:0.0} of {Environment.ProcessorCount} cores "
                + $"busy; bar: less than {Bar:0} us added at p99"));
        await subscription.UnsubscribeAsync();
        await answering;
        Directory.Delete(folder, recursive: true);
        return (through - bare).P99 < Bar ? 0 : 1;
    }

    private static double OurSeconds(Contender nats, Contender node) => nats.CpuSeconds + node.CpuSeconds + Machine.OwnSeconds();

    /// <summary>So many requests, so many of them unanswered at any time.</summary>
    private static async Task<Latencies> MeasureAsync(
        NatsConnection requester, string subject, int requests, int inFlight, CancellationToken stop)
    {
        var microseconds = new double[requests];
        var next = -1;
        var clock = Stopwatch.GetTimestamp();
        await Task.WhenAll(Enumerable.Range(0, inFlight).Select(_ => Task.Run(
            async () =>
            {
                for (int i; (i = Interlocked.Increment(ref next)) < requests;)
                {
                    var sent = Stopwatch.GetTimestamp();
                    await RequestAsync(requester, subject, stop);
                    microseconds[i] = Stopwatch.GetElapsedTime(sent).TotalMicroseconds;
                }
            },
            stop)));
        return Latencies.Of(microseconds, Stopwatch.GetElapsedTime(clock));
    }

    private static async Task RequestAsync(NatsConnection requester, string subject, CancellationToken stop)
    {
        var answer = await requester.RequestAsync(
            subject, Question, requestSerializer: NatsRawSerializer<byte[]>.Default,
            replySerializer: NatsRawSerializer<byte[]>.Default, cancellationToken: stop);
        if (!Answer.AsSpan().SequenceEqual(answer.Data))
        {
            throw new InvalidDataException("not the answer: " + Encoding.UTF8.GetString(answer.Data ?? []));
        }
    }

    private static async Task AnswerAsync(INatsSub<byte[]> subscription, CancellationToken stop)
    {
        await foreach (var message in subscription.Msgs.ReadAllAsync(stop))
        {
            await message.ReplyAsync(Answer, serializer: NatsRawSerializer<byte[]>.Default, cancellationToken: stop);
        }
    }

    /// <summary>The node's subscription for its peer takes a moment.</summary>
    private static async Task WhenOfferedAsync(NatsConnection requester, string subject, CancellationToken stop)
    {
        for (var tries = 0; ; tries++)
        {
            try
            {
                await RequestAsync(requester, subject, stop);
                return;
            }
            catch (NatsNoRespondersException) when (tries < 100)
            {
                await Task.Delay(50, stop);
            }
        }
    }
}
