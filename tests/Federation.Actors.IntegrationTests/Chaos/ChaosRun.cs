using System.Diagnostics;
using System.Globalization;
using System.Text;
using Federation.Actors.IntegrationTests.Support;
using NATS.Client.Core;
using NATS.Client.JetStream;
using NATS.Client.JetStream.Models;

namespace Federation.Actors.IntegrationTests.Chaos;

/// <summary>A node, a nats-server with a stream on disk, senders that remember everything, and faults at random.</summary>
internal sealed class ChaosRun : IAsyncDisposable
{
    private const int Senders = 4;
    private const int Window = 2000;
    private const string Stream = "chaos";

    /// <summary>Time in which messages must flow again after any fault.</summary>
    private static readonly TimeSpan Recovery = TimeSpan.FromSeconds(60);

    private static readonly TimeSpan Freeze = TimeSpan.FromSeconds(5);

    private readonly int _seed;
    private readonly Random _random;
    private readonly int _perSecond;
    private readonly Action<string> _progress;
    private readonly NatsServer _nats;
    private readonly FaultyLink _link;
    private readonly Ledger[] _ledgers = [.. Enumerable.Range(0, Senders).Select(i => new Ledger($"sender-{i}"))];
    private readonly CancellationTokenSource _stop = new();
    private readonly NodeSurroundings _surroundings;
    private FederationProcess _node;
    private ResendingSender[] _senders = [];
    private volatile bool _over;

    private ChaosRun(int seed, int perSecond, Action<string> progress, NatsServer nats,
        FaultyLink link, NodeSurroundings surroundings, FederationProcess node)
    {
        _surroundings = surroundings;
        _seed = seed;
        _random = new Random(seed);
        _perSecond = perSecond;
        _progress = progress;
        _nats = nats;
        _link = link;
        _node = node;
    }

    /// <summary>Starts everything.</summary>
    /// <param name="seed">Where the faults come from; the same seed, the same faults.</param>
    /// <param name="perSecond">Messages of all senders together.</param>
    /// <param name="progress">Told how it goes.</param>
    public static async Task<ChaosRun> StartAsync(int seed, int perSecond, Action<string> progress)
    {
        var surroundings = new NodeSurroundings();
        var nats = await NatsServer.StartAsync(new NatsServerOptions { ConfigText = surroundings.ServerConfiguration() });
        var link = FaultyLink.To(nats.Port);
        var node = await FederationProcess.RunAsync(Configuration(link.Port, surroundings), surroundings.Environment);
        return new ChaosRun(seed, perSecond, progress, nats, link, surroundings, node);
    }

    /// <summary>
    /// Does faults, one after the other, each once messages flow again; then lets the senders finish and judges the stream.
    /// </summary>
    /// <param name="next">The next fault; null: enough.</param>
    /// <returns>What is wrong; empty when nothing is.</returns>
    public async Task<IReadOnlyList<string>> RunAsync(Func<Random, Fault?> next)
    {
        var url = _node.Url;
        _senders = [.. _ledgers.Select(
            ledger => new ResendingSender(url, ledger.Name, Window, payload: ledger.Payload, answered: ledger.Answered))];
        var sending = Task.WhenAll(
            _senders.Select(sender => Task.Run(() => sender.RunAsync(() => _over, _perSecond / Senders, _stop.Token))));
        var clock = Stopwatch.StartNew();
        var faults = 0;
        await FlowAsync("at the start");
        while (next(_random) is { } fault)
        {
            await Task.Delay(_random.Next(50, 700));
            await DoAsync(fault);
            await FlowAsync($"after {fault}");
            faults++;
            _progress(string.Create(
                CultureInfo.InvariantCulture,
                $"{clock.Elapsed:hh\\:mm\\:ss}  {faults} faults, the last {fault}; {Sum(sender => sender.Acked):N0} acked, "
                    + $"{Sum(sender => sender.Resent):N0} sent again"));
        }

        _over = true;
        await sending.WaitAsync(Recovery);
        var violations = await JudgeAsync();
        _progress(string.Create(
            CultureInfo.InvariantCulture,
            $"{clock.Elapsed:hh\\:mm\\:ss}  seed {_seed}: {faults} faults, {Sum(sender => sender.Sent):N0} sent, "
                + $"{Sum(sender => sender.Acked):N0} acked, {_ledgers.Sum(ledger => ledger.Stored):N0} in the stream, "
                + $"{violations.Count} wrong"));
        return violations;
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _node.DisposeAsync();
        await _link.DisposeAsync();
        await _nats.DisposeAsync();
        _surroundings.Dispose();
        _stop.Dispose();
    }

    private static string Configuration(int natsPort, NodeSurroundings surroundings) => string.Create(
        CultureInfo.InvariantCulture,
        $$"""
        federation {
          node_id = chaos
          nats {
            url = "nats://127.0.0.1:{{natsPort}}", user = {{NodeSurroundings.NodeUser}}, password_file = "{{surroundings.PasswordFile}}"
            ping_interval = 2s, connect_timeout = 2s
          }
          admin.port = 0
          components.edge-in {
            mode = server
            server { host = "127.0.0.1", http_port = 0, enable_compression = false }
            backpressure { queue_size = 5000, on_full = block }
            ports.outputs = [
              { name = ws_data, subject = "chaos.{peer}", type = jetstream,
                stream { name = {{Stream}}, create = true, subjects = ["chaos.>"] } }
            ]
          }
        }
        """);

    private long Sum(Func<ResendingSender, long> what) => _senders.Sum(what);

    private async Task DoAsync(Fault fault)
    {
        switch (fault)
        {
            case Fault.KillNode:
                var port = _node.Url.Port;
                _node.Kill();
                await _node.ExitedAsync();
                await _node.DisposeAsync();
                _node = await FederationProcess.RunAsync(
                    Configuration(_link.Port, _surroundings), _surroundings.Environment, "--set", string.Create(
                        CultureInfo.InvariantCulture, $"federation.components.edge-in.server.http_port={port}"));
                break;
            case Fault.KillNats:
                _nats.Kill();
                await _nats.RestartAsync();
                break;
            case Fault.FreezeNode:
                _node.Freeze();
                await Task.Delay(Freeze);
                _node.Signal(ProcessSignal.Continue);
                break;
            case Fault.FreezeNats:
                _nats.Suspend();
                await Task.Delay(Freeze);
                _nats.Resume();
                break;
            case Fault.StallLink:
                _link.Stalls = true;
                await Task.Delay(_random.Next(500, 8000));
                _link.Stalls = false;
                break;
            case Fault.DelayLink:
                _link.Delays = true;
                await Task.Delay(_random.Next(500, 3000));
                _link.Delays = false;
                break;
            case Fault.CutLink:
                _link.CutInTheMiddle();
                break;
            case Fault.RevokePublish:
                await _nats.ReloadAsync(_surroundings.ServerConfiguration(denied: $"chaos.{_ledgers[_random.Next(Senders)].Name}"));
                await Task.Delay(_random.Next(500, 3000));
                await _nats.ReloadAsync(_surroundings.ServerConfiguration());
                break;
            case Fault.RotatePassword:
                var password = $"password-{_random.Next()}";
                await _nats.ReloadAsync(_surroundings.ServerConfiguration(password));
                await Task.Delay(_random.Next(0, 2000));
                _surroundings.WritePassword();
                break;
            case Fault.StepClock:
                _surroundings.StepClock(TimeSpan.FromSeconds(_random.Next(-86_400, 86_400)));
                break;
            case Fault.DeleteStream:
                await DeleteStreamAsync();
                break;
            default:
                _link.Reset();
                break;
        }
    }

    /// <summary>Waits until every sender gets acks.</summary>
    private async Task FlowAsync(string when)
    {
        var before = Array.ConvertAll(_senders, sender => sender.Acked);
        await Eventually.TrueAsync(
            () => Enumerable.Range(0, Senders)
                .All(i => _senders[i].Acked > before[i]), $"acks for every sender {when}, seed {_seed}", Recovery);
    }

    /// <summary>Lets the stream take nothing more, reads all it has, and deletes it.</summary>
    private async Task DeleteStreamAsync()
    {
        await using var connection = ConnectJudge();
        var context = new NatsJSContext(connection);
        var stream = await context.GetStreamAsync(Stream, cancellationToken: _stop.Token);
        await context.UpdateStreamAsync(stream.Info.Config with { Subjects = ["closed"] }, _stop.Token);
        await ReadAsync(context);
        Array.ForEach(_ledgers, static ledger => ledger.StreamDeleted());
        await context.DeleteStreamAsync(Stream, _stop.Token);
    }

    private NatsConnection ConnectJudge() => new(new NatsOpts
    {
        Url = _nats.Url,
        AuthOpts = new NatsAuthOpts { Username = NodeSurroundings.JudgeUser, Password = NodeSurroundings.JudgeUser },
    });

    private async Task<IReadOnlyList<string>> JudgeAsync()
    {
        await using var connection = ConnectJudge();
        await ReadAsync(new NatsJSContext(connection));
        return [.. _ledgers.SelectMany(ledger => ledger.Judge())];
    }

    private async Task ReadAsync(NatsJSContext context)
    {
        var stream = await context.GetStreamAsync(Stream, cancellationToken: _stop.Token);
        if (stream.Info.State.Messages == 0)
        {
            return;
        }

        var consumer = await context.CreateOrderedConsumerAsync(
            Stream, new NatsJSOrderedConsumerOpts { DeliverPolicy = ConsumerConfigDeliverPolicy.All }, _stop.Token);
        await foreach (var message in consumer.ConsumeAsync<byte[]>(cancellationToken: _stop.Token))
        {
            var sender = int.Parse(message.Subject.AsSpan("chaos.sender-".Length), CultureInfo.InvariantCulture);
            _ledgers[sender].Found(Encoding.UTF8.GetString(message.Data!), _senders[sender].Sent);
            if (message.Metadata?.NumPending == 0)
            {
                break;
            }
        }
    }
}
