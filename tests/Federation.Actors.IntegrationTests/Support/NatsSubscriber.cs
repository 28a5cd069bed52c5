using System.Collections.Concurrent;
using System.Text;
using NATS.Client.Core;

namespace Federation.Actors.IntegrationTests.Support;

/// <summary>A program on the other side of NATS: keeps every message it gets.</summary>
internal sealed class NatsSubscriber : IAsyncDisposable
{
    private readonly NatsConnection _connection;
    private readonly CancellationTokenSource _stop = new();
    private readonly ConcurrentQueue<string> _payloads = new();
    private readonly ConcurrentQueue<NatsMsg<byte[]>> _messages = new();
    private Task _reading = Task.CompletedTask;

    private NatsSubscriber(string url) => _connection = new NatsConnection(new NatsOpts
    {
        Url = url,
        ReconnectWaitMin = TimeSpan.FromMilliseconds(20),
        ReconnectWaitMax = TimeSpan.FromMilliseconds(50),
        SubPendingChannelCapacity = 1_000_000,
    });

    /// <summary>In the order of arrival.</summary>
    public IReadOnlyCollection<string> Payloads => _payloads;

    /// <summary>The same with subjects and headers.</summary>
    public IReadOnlyCollection<NatsMsg<byte[]>> Messages => _messages;

    public static async Task<NatsSubscriber> StartAsync(string url, string subject)
    {
        var subscriber = new NatsSubscriber(url);
        var subscription = await subscriber._connection.SubscribeCoreAsync<byte[]>(subject);
        await subscriber._connection.PingAsync();
        subscriber._reading = Task.Run(async () =>
        {
            await foreach (var message in subscription.Msgs.ReadAllAsync(subscriber._stop.Token))
            {
                subscriber._messages.Enqueue(message);
                subscriber._payloads.Enqueue(Encoding.UTF8.GetString(message.Data ?? []));
            }
        });
        return subscriber;
    }

    /// <summary>Waits until this many payloads have arrived.</summary>
    public Task CountAsync(int count) => Eventually.TrueAsync(() => _payloads.Count >= count, $"{count} messages at the subscriber");

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await Task.WhenAny(_reading);
        await _connection.DisposeAsync();
        _stop.Dispose();
    }
}
