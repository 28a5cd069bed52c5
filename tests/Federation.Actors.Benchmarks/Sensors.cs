using System.Diagnostics;
using System.Globalization;
using System.Text;
using NATS.Client.Core;

namespace Federation.Actors.Benchmarks;

/// <summary><c>bench publish</c> and <c>bench watch</c>: the two ends of the demo, on NATS.</summary>
internal static class Sensors
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(2);
    private static readonly string[] Kinds = ["temperature", "pressure", "vibration"];

    /// <summary>Publishes measurements for ever: one in ten is a warning, one in a hundred critical.</summary>
    public static async Task PublishAsync(string natsUrl, string subject, int perSecond)
    {
        await using var connection = new NatsConnection(new NatsOpts { Url = natsUrl, RetryOnInitialConnect = true });
        var clock = Stopwatch.StartNew();
        using var tick = new PeriodicTimer(TimeSpan.FromMilliseconds(20));
        for (long sent = 0; await tick.WaitForNextTickAsync();)
        {
            for (; sent < clock.Elapsed.TotalSeconds * perSecond; sent++)
            {
                var severity = sent % 100 == 99 ? "critical" : sent % 10 == 9 ? "warning" : "info";
                var payload = string.Create(
                    CultureInfo.InvariantCulture,
                    $"{{\"number\":{sent},\"value\":{20 + (5 * Math.Sin(sent / 500.0)):0.00},\"severity\":\"{severity}\"}}");
                await connection.PublishAsync($"{subject}.{Kinds[sent % Kinds.Length]}",
                    Encoding.ASCII.GetBytes(payload), serializer: NatsRawSerializer<byte[]>.Default);
            }
        }
    }

    /// <summary>Says every other second how much arrives, and the latest of it.</summary>
    public static async Task WatchAsync(string natsUrl, string subject)
    {
        await using var connection = new NatsConnection(new NatsOpts { Url = natsUrl, RetryOnInitialConnect = true });
        var (count, last) = (0L, "nothing yet");
        var counting = Task.Run(async () =>
        {
            await foreach (var message in connection.SubscribeAsync(subject, serializer: NatsRawSerializer<byte[]>.Default))
            {
                Interlocked.Increment(ref count);
                Volatile.Write(ref last, Encoding.UTF8.GetString(message.Data ?? []));
            }
        });
        using var tick = new PeriodicTimer(Interval);
        for (long before = 0; !counting.IsCompleted && await tick.WaitForNextTickAsync();)
        {
            var now = Interlocked.Read(ref count);
            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"{subject}: {(now - before) / Interval.TotalSeconds:0} a second, {now} so far, the latest {Volatile.Read(ref last)}"));
            before = now;
        }
    }
}
