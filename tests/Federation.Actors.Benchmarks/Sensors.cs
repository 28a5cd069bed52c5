using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using NATS.Client.Core;
using NATS.Client.JetStream;
using NATS.Client.JetStream.Models;

namespace Federation.Actors.Benchmarks;

/// <summary><c>bench publish</c>, <c>bench watch</c> and <c>bench check</c>: the two ends of the demos, on NATS.</summary>
internal static class Sensors
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan Retry = TimeSpan.FromMilliseconds(500);
    private const int NotFound = 404;
    private static readonly string[] Kinds = ["temperature", "pressure", "vibration"];

    /// <summary>
    /// Publishes numbered measurements until SIGTERM: one in ten is a warning, one in a hundred critical. The last one says that it is the
    /// last.
    /// </summary>
    public static async Task PublishAsync(string natsUrl, string subject, int perSecond)
    {
        using var stop = new CancellationTokenSource();
        using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, context =>
        {
            context.Cancel = true;
            stop.Cancel();
        });
        await using var connection = new NatsConnection(new NatsOpts { Url = natsUrl, RetryOnInitialConnect = true });
        var clock = Stopwatch.StartNew();
        using var tick = new PeriodicTimer(TimeSpan.FromMilliseconds(20));
        long sent = 0;
        while (!stop.IsCancellationRequested)
        {
            await tick.WaitForNextTickAsync();
            for (; sent < clock.Elapsed.TotalSeconds * perSecond; sent++)
            {
                var severity = sent % 100 == 99 ? "critical" : SensorLedger.IsWarning(sent) ? "warning" : "info";
                await PublishAsync($"{subject}.{Kinds[sent % Kinds.Length]}", string.Create(
                    CultureInfo.InvariantCulture,
                    $"{{\"number\":{sent},\"value\":{20 + (5 * Math.Sin(sent / 500.0)):0.00},\"severity\":\"{severity}\"}}"));
            }
        }

        await PublishAsync(
            $"{subject}.{Kinds[0]}",
                string.Create(CultureInfo.InvariantCulture, $"{{\"number\":{sent},\"severity\":\"critical\",\"last\":true}}"));
        await connection.PingAsync();

        ValueTask PublishAsync(string to, string payload) =>
            connection.PublishAsync(to, Encoding.ASCII.GetBytes(payload), serializer: NatsRawSerializer<byte[]>.Default);
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

    /// <summary>
    /// Reads a stream from now on, says every other second how much arrives, how much is missing, and what is there twice, and ends with a
    /// sentence when the last measurement is there.
    /// </summary>
    public static async Task CheckAsync(string natsUrl, string stream)
    {
        await using var connection = new NatsConnection(new NatsOpts { Url = natsUrl, RetryOnInitialConnect = true });
        var ledger = new SensorLedger();
        var reading = ReadAsync(new NatsJSContext(connection), stream, ledger);
        using var tick = new PeriodicTimer(Interval);
        for (long before = 0; !reading.IsCompleted && await tick.WaitForNextTickAsync();)
        {
            var now = ledger.Arrived;
            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"{stream}: {(now - before) / Interval.TotalSeconds:0} a second, {now} so far, {ledger}, the latest {ledger.Latest}"));
            before = now;
        }

        await reading;
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"All is in. The hub asked for every warning at all times: {ledger.Expected} were measured, and its stream has "
                + $"{ledger.Warnings}; {ledger}."));
    }

    private static async Task ReadAsync(NatsJSContext context, string stream, SensorLedger ledger)
    {
        ulong? next = null;
        while (!ledger.IsComplete)
        {
            try
            {
                next ??= (await context.GetStreamAsync(stream)).Info.State.LastSeq + 1;
                var consumer = await context.CreateOrderedConsumerAsync(stream, new NatsJSOrderedConsumerOpts
                {
                    DeliverPolicy = ConsumerConfigDeliverPolicy.ByStartSequence, OptStartSeq = next.Value,
                });
                await foreach (var message in consumer.ConsumeAsync<byte[]>())
                {
                    next = message.Metadata!.Value.Sequence.Stream + 1;
                    ledger.Add(message.Data ?? []);
                    if (ledger.IsComplete)
                    {
                        break;
                    }
                }
            }
            catch (NatsJSApiException error) when (error.Error.Code == NotFound)
            {
                // The hub has not made it yet: all of it will be new.
                next ??= 1;
                await Task.Delay(Retry);
            }
            catch (NatsException)
            {
                await Task.Delay(Retry);
            }
        }
    }
}
