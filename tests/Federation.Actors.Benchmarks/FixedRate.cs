using System.Diagnostics;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using HdrHistogram;

namespace Federation.Actors.Benchmarks;

/// <summary>Sends at a fixed rate whatever comes back, and measures how long the acks take.</summary>
/// <remarks>
/// Each message has its due time, evenly spaced, and is measured from then, not from when it could be written: a server that stalls is
/// charged for all that was due meanwhile. Connections take turns, a block of messages each: one message each would be a write for each,
/// and the generator would take as much of the machine as what it measures. The sender sleeps for about 0.1 ms between looks at the clock,
/// which every contender's latencies contain.
/// </remarks>
internal sealed partial class FixedRate(Contender contender, Frames frames, int connections)
{
    private const long LongestNanoseconds = 60_000_000_000;

    // Due within 0.1 ms at 320,000 a second.
    private const int Block = 32;

    /// <summary>Runs for so long.</summary>
    /// <param name="rate">Messages a second, of all connections together.</param>
    /// <param name="seconds">How long.</param>
    /// <param name="stop">Ends the run.</param>
    public async Task<Latency> RunAsync(double rate, double seconds, CancellationToken stop)
    {
        var sockets = new List<TcpClient>();
        try
        {
            for (var i = 0; i < connections; i++)
            {
                sockets.Add(await LoadGenerator.ConnectAsync(contender.Url, stop));
            }

            var each = (int)(rate * seconds / connections);
            var sent = new long[connections];
            var start = Stopwatch.GetTimestamp() + (Stopwatch.Frequency / 50);
            var reading = sockets.Select(
                (socket, index) => Task.Run(() => ReadAsync(socket.Client, index, each, rate, start, sent, stop), stop)).ToArray();
            await Task.Factory.StartNew(
                () => Send(sockets, each, rate, start, sent, stop), stop, TaskCreationOptions.LongRunning, TaskScheduler.Default);
            var all = new LongHistogram(LongestNanoseconds, 3);
            foreach (var one in await Task.WhenAll(reading))
            {
                all.Add(one);
            }

            double At(double percentile) => all.GetValueAtPercentile(percentile) / 1000.0;
            return new Latency(contender.Name, connections, rate, At(50), At(99), At(99.9));
        }
        finally
        {
            sockets.ForEach(static socket => socket.Dispose());
        }
    }

    /// <summary>Where the n-th message of a connection stands among those of all.</summary>
    private long Place(int connection, long number) => (((number / Block * connections) + connection) * Block) + (number % Block);

    /// <summary>How many of the first so many of all messages are a connection's.</summary>
    private long Share(int connection, long all)
    {
        var (rounds, rest) = Math.DivRem(all, (long)Block * connections);
        return (rounds * Block) + Math.Clamp(rest - ((long)connection * Block), 0, Block);
    }

    /// <summary>Message k of all is due at k / rate.</summary>
    private void Send(List<TcpClient> sockets, int each, double rate, long start, long[] sent, CancellationToken stop)
    {
        for (var left = connections; left > 0;)
        {
            stop.ThrowIfCancellationRequested();
            var passed = Stopwatch.GetElapsedTime(start).TotalSeconds * rate;
            for (var c = 0; c < connections; c++)
            {
                var due = Math.Min(each, Share(c, (long)passed + 1));
                while (sent[c] < due)
                {
                    var bytes = frames.From(sent[c], (int)(due - sent[c]), out var taken);

                    // Before the write: the acks may come back before it returns.
                    Volatile.Write(ref sent[c], sent[c] + taken);
                    for (var span = bytes.Span; span.Length > 0;)
                    {
                        span = span[sockets[c].Client.Send(span)..];
                    }

                    left -= sent[c] == each ? 1 : 0;
                }
            }

            _ = Sleep(50);
        }
    }

    private async Task<LongHistogram> ReadAsync(
        Socket socket, int index, int each, double rate, long start, long[] sent, CancellationToken stop)
    {
        var histogram = new LongHistogram(LongestNanoseconds, 3);
        var reader = new AckReader(64 * 1024);
        void Record(int id)
        {
            // Ids come round again; fewer are unanswered than there are ids, so it is the latest one.
            var number = id + (frames.Count * ((Volatile.Read(ref sent[index]) - 1 - id) / frames.Count));
            var due = Place(index, number) / rate * 1e9;
            histogram.RecordValue(Math.Clamp((long)(Stopwatch.GetElapsedTime(start).TotalNanoseconds - due), 1, LongestNanoseconds));
        }

        for (var count = 0; count < each;)
        {
            count += await reader.ReadAsync(socket, Record, stop);
        }

        return histogram;
    }

    [LibraryImport("libc", EntryPoint = "usleep")]
    internal static partial int Sleep(uint microseconds);
}
