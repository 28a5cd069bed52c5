using System.Diagnostics;
using System.Globalization;
using NATS.Client.Core;
using NATS.Client.JetStream;
using NATS.Client.JetStream.Models;

namespace Federation.Actors.Benchmarks.Link;

/// <summary>From a stream on the edge's disk to one on the hub's: how fast a full one is copied.</summary>
internal sealed class StreamLink : IAsyncDisposable
{
    public const string Stream = "link-edge";
    public const string Subject = "stored.data";
    public const string Copy = "link-hub";

    private static readonly TimeSpan LongestSilence = TimeSpan.FromSeconds(20);

    private readonly Contender _edge;
    private readonly Contender _hub;
    private readonly NatsConnection _connection;
    private readonly NatsJSContext _streams;

    private StreamLink(Contender edge, Contender hub)
    {
        (_edge, _hub) = (edge, hub);
        _connection = new NatsConnection(new NatsOpts { Url = $"nats://127.0.0.1:{hub.Url.Port}" });
        _streams = new NatsJSContext(_connection);
    }

    /// <summary>Fills the stream of the edge.</summary>
    public static async Task<StreamLink> FillAsync(Contender edge, Contender hub, byte[][] payloads, long messages, CancellationToken stop)
    {
        await using var connection = new NatsConnection(new NatsOpts { Url = $"nats://127.0.0.1:{edge.Url.Port}" });
        var streams = new NatsJSContext(connection);
        await streams.CreateStreamAsync(new StreamConfig(Stream, [Subject]), stop);
        using var sender = new NatsSender(edge.Url.Port, Subject, payloads);
        for (long sent = 0, stored = 0; stored < messages;)
        {
            // JetStream drops what it cannot queue.
            while (sent < Math.Min(messages, stored + 10_000))
            {
                sent += sender.Send(sent, Math.Min(messages, stored + 10_000) - sent);
            }

            await Task.Delay(1, stop);
            stored = (await streams.GetStreamAsync(Stream, cancellationToken: stop)).Info.State.Messages;
        }

        return new StreamLink(edge, hub);
    }

    /// <summary>The hub's stream takes from the edge's by itself.</summary>
    public async Task SourceAsync(CancellationToken stop) => await _streams.CreateStreamAsync(
        new StreamConfig
        {
            Name = Copy,
            Sources = [new StreamSource { Name = Stream, External = new ExternalStreamSource { Api = "$JS.edge.API" } }],
        },
        stop);

    /// <summary>Watches the hub's stream fill, from its first message on, and deletes it.</summary>
    /// <param name="name">Who fills it.</param>
    /// <param name="nodes">Its nodes.</param>
    /// <param name="relay">On the link.</param>
    /// <param name="cold">Messages that count as the start.</param>
    /// <param name="messages">All.</param>
    /// <param name="stop">Ends the run.</param>
    public async Task<StreamRun> MeasureAsync(
        string name, IReadOnlyList<Contender> nodes, Relay relay, long cold, long messages, CancellationToken stop)
    {
        var marks = new List<(long Count, double Seconds)>();
        var (clock, before, half) = (Stopwatch.StartNew(), Look(), default((double Cpu, double Nodes, long There, long Back)?));
        for (var silent = Stopwatch.StartNew(); marks.Count == 0 || marks[^1].Count < messages;)
        {
            var count = await CountAsync(stop);
            if (count > (marks.Count == 0 ? 0 : marks[^1].Count))
            {
                marks.Add((count, clock.Elapsed.TotalSeconds));
                half = half is null && count >= messages / 2 ? Look() : half;
                silent.Restart();
            }

            if (silent.Elapsed > LongestSilence)
            {
                throw new TimeoutException($"{name}: {(marks.Count == 0 ? 0 : marks[^1].Count)} of {messages} are in the hub's stream");
            }

            await Task.Delay(5, stop);
        }

        var (end, first) = (Look(), marks.Find(mark => mark.Count >= messages / 2));
        await _streams.DeleteStreamAsync(Copy, stop);
        var warm = (double)(messages - first.Count);
        return new StreamRun(
            name, Rate(marks[0], marks.Find(mark => mark.Count >= cold)), Rate(first, marks[^1]),
            (end.Cpu - half!.Value.Cpu) * 1e6 / warm, (end.Nodes - half.Value.Nodes) * 1e6 / warm,
            (double)(end.There - before.There) / messages, (double)(end.Back - before.Back) / messages);

        (double Cpu, double Nodes, long There, long Back) Look()
        {
            var ours = nodes.Sum(static node => node.CpuSeconds);
            return (ours + _edge.CpuSeconds + _hub.CpuSeconds, ours, relay.There, relay.Back);
        }
    }

    public async ValueTask DisposeAsync() => await _connection.DisposeAsync();

    private static double Rate((long Count, double Seconds) from, (long Count, double Seconds) to) =>
        to.Count > from.Count ? (to.Count - from.Count) / (to.Seconds - from.Seconds) : 0;

    private async Task<long> CountAsync(CancellationToken stop)
    {
        try
        {
            return (await _streams.GetStreamAsync(Copy, cancellationToken: stop)).Info.State.Messages;
        }
        catch (NatsJSApiException e) when (e.Error.Code == 404)
        {
            // A node makes it when it starts.
            return 0;
        }
    }
}

/// <summary>What one copy of a stream measured.</summary>
/// <param name="Name">Who copied.</param>
/// <param name="Cold">Messages a second at the start.</param>
/// <param name="Warm">Messages a second in the second half.</param>
/// <param name="Cpu">Microseconds of CPU time of servers and nodes for a message, in the second half.</param>
/// <param name="NodeCpu">Of it the nodes'.</param>
/// <param name="There">Bytes from edge to hub for a message.</param>
/// <param name="Back">Bytes from hub to edge for a message.</param>
internal sealed record StreamRun(string Name, double Cold, double Warm, double Cpu, double NodeCpu, double There, double Back)
{
    /// <summary>Number by number.</summary>
    public static StreamRun Median(IReadOnlyList<StreamRun> runs)
    {
        return new StreamRun(runs[0].Name, Of(static run => run.Cold), Of(static run => run.Warm), Of(static run => run.Cpu),
            Of(static run => run.NodeCpu), Of(static run => run.There), Of(static run => run.Back));

        double Of(Func<StreamRun, double> read) => Race.Median(runs.Select(read));
    }

    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture,
        $"{Name,-40} {Cold,10:N0} {Warm,12:N0} {Cpu,12:0.0} {NodeCpu,14:0.0} {There,14:0} + {Back:0}");
}
