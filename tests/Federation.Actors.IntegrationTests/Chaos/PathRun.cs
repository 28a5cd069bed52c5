using System.Diagnostics;
using System.Globalization;
using Federation.Actors.IntegrationTests.Support;
using NATS.Client.Core;
using NATS.Client.JetStream;
using NATS.Client.JetStream.Models;

namespace Federation.Actors.IntegrationTests.Chaos;

/// <summary>
/// Two streams on disk and two nodes between them, four processes; sources that remember everything, and kills at random.
/// </summary>
/// <remarks>
/// <code>
///   sources --> stream "edge" --> node "edge" --WebSocket--> node "hub" --> stream "hub"
/// </code>
/// </remarks>
internal sealed class PathRun : IAsyncDisposable
{
    private const int Sources = 2;

    /// <summary>Time in which messages must flow again after any fault.</summary>
    private static readonly TimeSpan Recovery = TimeSpan.FromSeconds(60);

    private readonly int _seed;
    private readonly Random _random;
    private readonly int _inFlight;
    private readonly Action<string> _progress;
    private readonly NatsServer _edgeBus;
    private readonly NatsServer _hubBus;
    private readonly NatsConnection _desk;
    private readonly Ledger[] _ledgers;
    private readonly StreamSource[] _sources;
    private readonly CancellationTokenSource _stop = new();
    private FederationProcess _hub;
    private FederationProcess _edge;
    private volatile bool _over;

    private PathRun(int seed, int inFlight, Action<string> progress,
        NatsServer edgeBus, NatsServer hubBus, FederationProcess hub, FederationProcess edge)
    {
        _seed = seed;
        _random = new Random(seed);
        _inFlight = inFlight;
        _progress = progress;
        _edgeBus = edgeBus;
        _hubBus = hubBus;
        _hub = hub;
        _edge = edge;
        _desk = new NatsConnection(new NatsOpts { Url = hubBus.Url,
            ReconnectWaitMin = TimeSpan.FromMilliseconds(50), ReconnectWaitMax = TimeSpan.FromMilliseconds(200) });
        _ledgers = [.. Enumerable.Range(0, Sources).Select(i => new Ledger($"source-{i}", ordered: inFlight == 1))];
        _sources = [.. _ledgers.Select(ledger => new StreamSource(edgeBus.Url, $"edge.{ledger.Name}", ledger))];
    }

    /// <summary>Starts everything.</summary>
    /// <param name="seed">Where the faults come from; the same seed, the same faults.</param>
    /// <param name="inFlight">Messages on their way between the nodes; 1: their order is judged as well.</param>
    /// <param name="progress">Told how it goes.</param>
    public static async Task<PathRun> StartAsync(int seed, int inFlight, Action<string> progress)
    {
        var started = new Stack<IAsyncDisposable>();
        try
        {
            var edgeBus = await NatsServer.StartAsync(new NatsServerOptions { JetStream = true });
            started.Push(edgeBus);
            var hubBus = await NatsServer.StartAsync(new NatsServerOptions { JetStream = true });
            started.Push(hubBus);
            await using (var connection = new NatsConnection(new NatsOpts { Url = edgeBus.Url }))
            {
                await new NatsJSContext(connection).CreateStreamAsync(
                    new StreamConfig("edge", ["edge.>"]) { Storage = StreamConfigStorage.File });
            }

            var hub = await FederationProcess.RunAsync(HubConfiguration(hubBus.Url, 0));
            started.Push(hub);
            var edge = await FederationProcess.RunAsync(EdgeConfiguration(edgeBus.Url, hub.Url, inFlight));
            return new PathRun(seed, inFlight, progress, edgeBus, hubBus, hub, edge);
        }
        catch
        {
            while (started.TryPop(out var one))
            {
                await one.DisposeAsync();
            }

            throw;
        }
    }

    /// <summary>
    /// Kills one after the other, each once messages flow again; then lets the path run empty and judges the second stream.
    /// </summary>
    /// <param name="next">The next to kill; null: enough.</param>
    /// <returns>What is wrong; empty when nothing is.</returns>
    public async Task<IReadOnlyList<string>> RunAsync(Func<Random, PathFault?> next)
    {
        var perSecond = _inFlight == 1 ? 50 : 400;
        var sending = Task.WhenAll(_sources.Select(source => Task.Run(() => source.RunAsync(() => _over, perSecond, _stop.Token))));
        var clock = Stopwatch.StartNew();
        var faults = new int[Enum.GetValues<PathFault>().Length];
        await FlowAsync("at the start");
        while (next(_random) is { } fault)
        {
            await Task.Delay(_random.Next(50, 700));
            await KillAsync(fault);
            await FlowAsync($"after the kill of {fault}");
            faults[(int)fault]++;
            var arrived = await CountAsync();
            _progress(string.Create(
                CultureInfo.InvariantCulture,
                    $"{clock.Elapsed:hh\\:mm\\:ss}  {faults.Sum()} kills, the last {fault}; {Sent:N0} in the first stream, {arrived:N0} "
                    + $"in the second"));
        }

        _over = true;
        await sending.WaitAsync(Recovery);
        await Eventually.TrueAsync(
            async () => await CountAsync() >= Sent, $"everything in the second stream, seed {_seed}", Recovery + Recovery);
        var violations = await JudgeAsync();
        _progress(string.Create(
            CultureInfo.InvariantCulture,
            $"{clock.Elapsed:hh\\:mm\\:ss}  seed {_seed}, {_inFlight} in flight: "
                + $"{string.Join(", ", faults.Select((count, i) => $"{count} of {(PathFault)i}"))}; {Sent:N0} acked by the first "
                + $"stream, {_ledgers.Sum(static ledger => ledger.Stored):N0} in the second, {violations.Count} wrong"));
        return violations;
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        foreach (var source in _sources)
        {
            await source.DisposeAsync();
        }

        await _desk.DisposeAsync();
        await _edge.DisposeAsync();
        await _hub.DisposeAsync();
        await _edgeBus.DisposeAsync();
        await _hubBus.DisposeAsync();
        _stop.Dispose();
    }

    private static string EdgeConfiguration(string natsUrl, Uri hub, int inFlight) => string.Create(
        CultureInfo.InvariantCulture,
        $$"""
        federation {
          node_id = edge
          nats { url = "{{natsUrl}}", ping_interval = 2s, connect_timeout = 2s }
          admin.port = 0
          components.uplink {
            mode = client
            client {
              url = "{{hub}}"
              handshake_timeout = 2s
              reconnect { max_retries = 0, initial_interval = 100ms, max_interval = 500ms }
            }
            egress { max_in_flight = {{inFlight}}, ack_timeout = 2s, retry_delay = 100ms, ack_wait = 2s }
            ports.inputs = [ { name = events, subject = "edge.>", type = jetstream, stream = edge } ]
          }
        }
        """);

    private static string HubConfiguration(string natsUrl, int port) => string.Create(
        CultureInfo.InvariantCulture,
        $$"""
        federation {
          node_id = hub
          nats { url = "{{natsUrl}}", ping_interval = 2s, connect_timeout = 2s }
          admin.port = 0
          components.edge-in {
            mode = server
            server { host = "127.0.0.1", http_port = {{port}}, enable_compression = false }
            backpressure { queue_size = 5000, on_full = block }
            ports.outputs = [
              { name = ws_data, subject = "hub.{peer}", type = jetstream,
                stream { name = hub, create = true, subjects = ["hub.>"], duplicate_window = 10m } }
            ]
          }
        }
        """);

    private long Sent => _sources.Sum(static source => source.Sent);

    private async Task KillAsync(PathFault fault)
    {
        var down = TimeSpan.FromMilliseconds(_random.Next(0, 1500));
        switch (fault)
        {
            case PathFault.Edge:
                await EndAsync(_edge, down);
                _edge = await FederationProcess.RunAsync(EdgeConfiguration(_edgeBus.Url, _hub.Url, _inFlight));
                break;
            case PathFault.Hub:
                var port = _hub.Url.Port;
                await EndAsync(_hub, down);
                _hub = await FederationProcess.RunAsync(HubConfiguration(_hubBus.Url, port));
                break;
            default:
                var bus = fault == PathFault.EdgeBus ? _edgeBus : _hubBus;
                bus.Kill();
                await Task.Delay(down);
                await bus.RestartAsync();
                break;
        }
    }

    private static async Task EndAsync(FederationProcess process, TimeSpan down)
    {
        process.Kill();
        await process.ExitedAsync();
        await process.DisposeAsync();
        await Task.Delay(down);
    }

    /// <summary>Waits until messages reach the second stream.</summary>
    private async Task FlowAsync(string when)
    {
        var before = await CountAsync();
        await Eventually.TrueAsync(
            async () => await CountAsync() > Math.Max(before, 0) + Sources, $"messages {when}, seed {_seed}", Recovery);
    }

    /// <summary>Messages in the second stream; -1 while nobody says.</summary>
    private async Task<long> CountAsync()
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(_stop.Token);
        limit.CancelAfter(TimeSpan.FromSeconds(2));
        try
        {
            return (await new NatsJSContext(_desk).GetStreamAsync("hub", cancellationToken: limit.Token)).Info.State.Messages;
        }
        catch (Exception e) when (e is NatsException or OperationCanceledException)
        {
            return -1;
        }
    }

    private async Task<IReadOnlyList<string>> JudgeAsync()
    {
        foreach (var message in await StreamedMessage.ReadAllAsync(_hubBus.Url, "hub"))
        {
            var ledger = Array.FindIndex(_ledgers, ledger => message.Payload.Contains($"\"{ledger.Name}\"", StringComparison.Ordinal));
            _ledgers[Math.Max(ledger, 0)].Found(message.Payload, _sources[Math.Max(ledger, 0)].Sent);
        }

        return [.. _ledgers.SelectMany(static ledger => ledger.Judge())];
    }
}
