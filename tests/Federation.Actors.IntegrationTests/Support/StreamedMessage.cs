using System.Text;
using NATS.Client.Core;
using NATS.Client.JetStream;
using NATS.Client.JetStream.Models;

namespace Federation.Actors.IntegrationTests.Support;

/// <summary>A message as a stream has it.</summary>
internal sealed record StreamedMessage(string Subject, string Payload, IReadOnlyDictionary<string, string>? Headers)
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(2);

    /// <summary>Reads a whole stream, in its order.</summary>
    public static async Task<IReadOnlyList<StreamedMessage>> ReadAllAsync(string url, string stream)
    {
        using var limit = new CancellationTokenSource(Limit);
        await using var connection = new NatsConnection(new NatsOpts { Url = url });
        var context = new NatsJSContext(connection);
        var info = await context.GetStreamAsync(stream, cancellationToken: limit.Token);
        var messages = new List<StreamedMessage>();
        if (info.Info.State.Messages == 0)
        {
            return messages;
        }

        var consumer = await context.CreateOrderedConsumerAsync(
            stream, new NatsJSOrderedConsumerOpts { DeliverPolicy = ConsumerConfigDeliverPolicy.All }, limit.Token);
        await foreach (var message in consumer.ConsumeAsync<byte[]>(cancellationToken: limit.Token))
        {
            messages.Add(new StreamedMessage(
                message.Subject,
                Encoding.UTF8.GetString(message.Data!),
                message.Headers?.ToDictionary(pair => pair.Key, pair => pair.Value.ToString(), StringComparer.Ordinal)));
            if (message.Metadata?.NumPending == 0)
            {
                break;
            }
        }

        return messages;
    }
}
