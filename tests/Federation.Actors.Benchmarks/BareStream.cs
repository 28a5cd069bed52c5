using System.Diagnostics;
using NATS.Client.Core;
using NATS.Client.JetStream;

namespace Federation.Actors.Benchmarks;

/// <summary>Publishes to a stream with NATS.Net alone: the client's own futures, with so many in flight.</summary>
internal static class BareStream
{
    public const string Stream = "race";
    public const string Subject = "race.data";

    /// <summary>Messages a second, from the first publish to the last PubAck.</summary>
    public static async Task<double> RunAsync(string natsUrl, int messages, int size, int window, CancellationToken stop)
    {
        await using var connection = new NatsConnection(new NatsOpts { Url = natsUrl });
        await connection.ConnectAsync();
        var context = new NatsJSContext(connection);
        var payload = new byte[size];
        var inFlight = new Queue<NatsJSPublishConcurrentFuture>(window);
        var clock = Stopwatch.StartNew();
        for (var i = 0; i < messages; i++)
        {
            if (inFlight.Count == window)
            {
                await AcknowledgeAsync(inFlight.Dequeue(), stop);
            }

            inFlight.Enqueue(
                await context.PublishConcurrentAsync(Subject, payload, NatsRawSerializer<byte[]>.Default, cancellationToken: stop));
        }

        while (inFlight.TryDequeue(out var future))
        {
            await AcknowledgeAsync(future, stop);
        }

        return messages / clock.Elapsed.TotalSeconds;
    }

    private static async Task AcknowledgeAsync(NatsJSPublishConcurrentFuture future, CancellationToken stop)
    {
        await using (future)
        {
            (await future.GetResponseAsync(stop)).EnsureSuccess();
        }
    }
}
