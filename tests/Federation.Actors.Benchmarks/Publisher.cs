using System.Diagnostics;
using System.Globalization;
using NATS.Client.Core;

namespace Federation.Actors.Benchmarks;

/// <summary>
/// The ceilings of publishing, <c>bench publisher core|stream URL</c>: for each line "SIZE MESSAGES WINDOW" it publishes so much with
/// NATS.Net alone and answers with a line "SECONDS CPU_SECONDS ALLOCATED".
/// </summary>
internal static class Publisher
{
    public static async Task RunAsync(string kind, string natsUrl, CancellationToken stop)
    {
        while (await Console.In.ReadLineAsync(stop) is { } line)
        {
            var numbers = line.Split(' ').Select(static text => int.Parse(text, CultureInfo.InvariantCulture)).ToArray();
            var (cpu, allocated) = (Machine.OwnSeconds(), GC.GetTotalAllocatedBytes());
            var rate = kind is "stream"
                ? await BareStream.RunAsync(natsUrl, numbers[1], numbers[0], numbers[2], stop)
                : await PublishAsync(natsUrl, numbers[1], numbers[0], stop);
            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"{numbers[1] / rate} {Machine.OwnSeconds() - cpu} {GC.GetTotalAllocatedBytes() - allocated}"));
        }
    }

    private static async Task<double> PublishAsync(string natsUrl, int messages, int size, CancellationToken stop)
    {
        await using var connection = new NatsConnection(new NatsOpts { Url = natsUrl });
        await connection.ConnectAsync();
        var payload = new byte[size];
        var clock = Stopwatch.StartNew();
        for (var i = 0; i < messages; i++)
        {
            await connection.PublishAsync(
                "federated.data", payload, serializer: NatsRawSerializer<byte[]>.Default, cancellationToken: stop);
        }

        await connection.PingAsync(stop);
        return messages / clock.Elapsed.TotalSeconds;
    }
}
