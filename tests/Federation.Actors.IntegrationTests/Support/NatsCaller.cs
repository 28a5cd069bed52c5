using System.Text;
using System.Text.Json;
using NATS.Client.Core;

namespace Federation.Actors.IntegrationTests.Support;

/// <summary>A program on the other side of NATS that asks and answers.</summary>
internal sealed class NatsCaller : IAsyncDisposable
{
    private readonly NatsConnection _connection;
    private readonly CancellationTokenSource _stop = new();

    private NatsCaller(string url) =>
        _connection = new NatsConnection(new NatsOpts { Url = url, RequestTimeout = TimeSpan.FromSeconds(20) });

    public static async Task<NatsCaller> StartAsync(string url)
    {
        var caller = new NatsCaller(url);
        await caller._connection.ConnectAsync();
        return caller;
    }

    /// <summary>Asks, and waits for the first answer.</summary>
    /// <param name="subject">Whom.</param>
    /// <param name="payload">What.</param>
    /// <param name="timeout">How long to wait; null: long.</param>
    /// <exception cref="NatsNoRespondersException">Nobody has subscribed.</exception>
    public async Task<JsonElement> RequestAsync(string subject, string payload, TimeSpan? timeout = null)
    {
        var answer = await _connection.RequestAsync<byte[], byte[]>(
            subject,
            Encoding.UTF8.GetBytes(payload),
            requestSerializer: NatsRawSerializer<byte[]>.Default,
            replySerializer: NatsRawSerializer<byte[]>.Default,
            replyOpts: new NatsSubOpts { Timeout = timeout });
        return JsonDocument.Parse(answer.Data!).RootElement;
    }

    /// <summary>Asks until somebody is there: a subscription takes a moment to be known.</summary>
    public async Task<JsonElement> WhenAnsweredAsync(string subject, string payload)
    {
        JsonElement? answer = null;
        await Eventually.TrueAsync(
            async () =>
            {
                try
                {
                    answer = await RequestAsync(subject, payload);
                }
                catch (NatsNoRespondersException)
                {
                    // Not yet.
                }

                return answer is not null;
            },
            "an answer from " + subject);
        return answer!.Value;
    }

    /// <summary>Answers everything on a subject.</summary>
    /// <param name="subject">May hold wildcards.</param>
    /// <param name="answer">Makes the answer; null: none.</param>
    public async Task ServeAsync(string subject, Func<NatsMsg<byte[]>, (string Payload, NatsHeaders? Headers)?> answer)
    {
        var subscription = await _connection.SubscribeCoreAsync<byte[]>(subject);
        await _connection.PingAsync();
        _ = Task.Run(async () =>
        {
            await foreach (var message in subscription.Msgs.ReadAllAsync(_stop.Token))
            {
                if (answer(message) is { } made && message.ReplyTo is not null)
                {
                    await message.ReplyAsync(
                        Encoding.UTF8.GetBytes(made.Payload), made.Headers, serializer: NatsRawSerializer<byte[]>.Default);
                }
            }
        });
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _connection.DisposeAsync();
        _stop.Dispose();
    }
}
