using System.Text;
using NATS.Client.Core;
using NATS.Client.JetStream;
using NATS.Client.JetStream.Models;

namespace Federation.Actors.IntegrationTests.Chaos;

/// <summary>Puts the messages of one ledger into a stream, one after the other, each until the stream has acked it.</summary>
/// <param name="url">The server.</param>
/// <param name="subject">Where to.</param>
/// <param name="ledger">Makes the messages, and is told what the stream has.</param>
internal sealed class StreamSource(string url, string subject, Ledger ledger) : IAsyncDisposable
{
    private static readonly TimeSpan AckLimit = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);

    private readonly NatsConnection _connection = new(new NatsOpts
    {
        Url = url,
        ReconnectWaitMin = TimeSpan.FromMilliseconds(50),
        ReconnectWaitMax = TimeSpan.FromMilliseconds(200),
    });

    private long _sent;

    /// <summary>Messages that the stream has acked.</summary>
    public long Sent => Interlocked.Read(ref _sent);

    /// <summary>Goes on until <paramref name="enough"/> says so and everything is acked.</summary>
    public async Task RunAsync(Func<bool> enough, int perSecond, CancellationToken stop)
    {
        var context = new NatsJSContext(_connection);
        using var tick = new PeriodicTimer(TimeSpan.FromSeconds(1.0 / perSecond));
        for (var number = 0L; !enough(); number++)
        {
            await tick.WaitForNextTickAsync(stop);
            while (!await IsStoredAsync(context, number, stop))
            {
                await Task.Delay(Pause, stop);
            }

            ledger.Answered(number, acked: true);
            Interlocked.Increment(ref _sent);
        }
    }

    public ValueTask DisposeAsync() => _connection.DisposeAsync();

    private async Task<bool> IsStoredAsync(NatsJSContext context, long number, CancellationToken stop)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(stop);
        limit.CancelAfter(AckLimit);
        try
        {
            // The id makes a repeat of what was stored, but not acked, harmless.
            var ack = await context.PublishAsync(
                subject,
                Encoding.UTF8.GetBytes(ledger.Payload(number)),
                serializer: NatsRawSerializer<byte[]>.Default,
                opts: new NatsJSPubOpts { MsgId = $"{subject}-{number}" },
                cancellationToken: limit.Token);
            return ack.Error is null;
        }
        catch (Exception e) when (e is NatsException or OperationCanceledException && !stop.IsCancellationRequested)
        {
            return false;
        }
    }
}
