using System.Diagnostics;
using HdrHistogram;

namespace Federation.Actors.Benchmarks.Link;

/// <summary>One way from a subject on the edge's NATS to a subject on the hub's, and the load on it.</summary>
/// <param name="name">As in the tables.</param>
/// <param name="edge">The edge's nats-server.</param>
/// <param name="hub">The hub's nats-server.</param>
/// <param name="from">Where the edge's messages are published.</param>
/// <param name="to">Where they arrive.</param>
/// <param name="relay">Through which they pass.</param>
/// <param name="nodes">The two nodes; empty: the servers have the link themselves.</param>
internal sealed class CoreLink(
    string name, Contender edge, Contender hub, string from, string to, Relay relay, IReadOnlyList<Contender> nodes)
{
    /// <summary>Without an arrival for so long, the rest counts as lost.</summary>
    private static readonly TimeSpan LongestSilence = TimeSpan.FromSeconds(3);

    /// <summary>Nodes connect within that, and so does a leaf node.</summary>
    private static readonly TimeSpan LongestStart = TimeSpan.FromSeconds(15);

    public string Name => name;

    public bool HasNodes => nodes.Count > 0;

    private double ServerSeconds => edge.CpuSeconds + hub.CpuSeconds;

    private double NodeSeconds => nodes.Sum(static node => node.CpuSeconds);

    /// <summary>As many messages a second as go, with so many on their way.</summary>
    public Task<LinkRun> RunAsync(byte[][] payloads, long messages, int window, CancellationToken stop) =>
        Task.Factory.StartNew(() => Run(payloads, messages, window, stop), stop, TaskCreationOptions.LongRunning, TaskScheduler.Default);

    /// <summary>At a fixed rate: the time from when a message was due to its arrival, in microseconds.</summary>
    public Task<LinkLatency> RunAtAsync(byte[][] payloads, double rate, double seconds, CancellationToken stop) =>
        Task.Factory.StartNew(() => RunAt(payloads, rate, seconds, stop), stop, TaskCreationOptions.LongRunning, TaskScheduler.Default);

    private LinkRun Run(byte[][] payloads, long messages, int window, CancellationToken stop)
    {
        using var counter = new NatsCounter(hub.Url.Port, to);
        using var sender = new NatsSender(edge.Url.Port, from, payloads);
        Open(counter, sender);
        var last = Stopwatch.GetTimestamp();
        counter.Came = (_, _) => Volatile.Write(ref last, Stopwatch.GetTimestamp());
        var (first, there, back) = (counter.Count, relay.There, relay.Back);
        var (servers, ours, start) = (ServerSeconds, NodeSeconds, Stopwatch.GetTimestamp());
        for (long sent = 0; counter.Count - first is var arrived && arrived < messages;)
        {
            stop.ThrowIfCancellationRequested();
            var room = Math.Min(messages - sent, arrived + window - sent);
            if (room > 0)
            {
                sent += sender.Send(sent, room);
                continue;
            }

            if (Stopwatch.GetElapsedTime(Math.Max(start, Volatile.Read(ref last))) > LongestSilence)
            {
                break;
            }

            _ = FixedRate.Sleep(50);
        }

        var count = counter.Count - first;
        return new LinkRun(count, messages - count, Stopwatch.GetElapsedTime(start, Volatile.Read(ref last)).TotalSeconds,
            ServerSeconds - servers, NodeSeconds - ours, relay.There - there, relay.Back - back);
    }

    private LinkLatency RunAt(byte[][] payloads, double rate, double seconds, CancellationToken stop)
    {
        using var counter = new NatsCounter(hub.Url.Port, to);
        using var sender = new NatsSender(edge.Url.Port, from, payloads);
        Open(counter, sender);
        var (messages, first, all) = ((long)(rate * seconds), counter.Count, new LongHistogram(60_000_000_000, 3));
        var start = Stopwatch.GetTimestamp() + (Stopwatch.Frequency / 50);
        counter.Came = (before, after) =>
        {
            var now = Stopwatch.GetElapsedTime(start).TotalNanoseconds;
            for (var number = before - first; number < Math.Min(after - first, messages); number++)
            {
                all.RecordValue(Math.Clamp((long)(now - (number / rate * 1e9)), 1, 60_000_000_000));
            }
        };
        var (ours, servers) = (NodeSeconds, ServerSeconds);
        for (long sent = 0; sent < messages; _ = FixedRate.Sleep(50))
        {
            stop.ThrowIfCancellationRequested();
            for (var due = Math.Min(messages, (long)(Stopwatch.GetElapsedTime(start).TotalSeconds * rate) + 1); sent < due;)
            {
                sent += sender.Send(sent, due - sent);
            }
        }

        for (var clock = Stopwatch.StartNew(); counter.Count - first < messages && clock.Elapsed < LongestSilence;)
        {
            _ = FixedRate.Sleep(1000);
        }

        var cpu = (NodeSeconds - ours + ServerSeconds - servers) * 1e6 / messages;
        counter.Came = null;
        return new LinkLatency(rate, all.GetValueAtPercentile(50) / 1000.0, all.GetValueAtPercentile(99) / 1000.0,
            cpu, messages - (counter.Count - first));
    }

    /// <summary>Waits until a message has come through, and nothing comes any more.</summary>
    private void Open(NatsCounter counter, NatsSender sender)
    {
        var clock = Stopwatch.StartNew();
        for (long before = 0, sent = 0; counter.Count == 0 || counter.Count != before;)
        {
            if (clock.Elapsed > LongestStart)
            {
                throw new TimeoutException($"{name}: nothing comes through");
            }

            before = counter.Count;
            sent += before == 0 ? sender.Send(sent, 1) : 0;
            _ = FixedRate.Sleep(20_000);
        }
    }
}
