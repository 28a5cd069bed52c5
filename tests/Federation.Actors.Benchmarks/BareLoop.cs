using System.Net.WebSockets;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using NATS.Client.Core;

namespace Federation.Actors.Benchmarks;

/// <summary>
/// What somebody would write in an afternoon: a Kestrel WebSocket loop that parses each envelope, publishes it, flushes every 64 messages
/// or when the socket runs dry, and then sends one ack per message. The same ack contract as the node's: no ack before a round trip.
/// </summary>
internal static class BareLoop
{
    private const int FlushEvery = 64;

    public static async Task RunAsync(int port, string natsUrl)
    {
        await using var nats = new NatsConnection(new NatsOpts { Url = natsUrl });
        await nats.ConnectAsync();
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls($"http://127.0.0.1:{port}");
        await using var app = builder.Build();
        app.UseWebSockets();
        app.Run(async context =>
        {
            using var socket = await context.WebSockets.AcceptWebSocketAsync();
            await ServeAsync(socket, nats);
        });
        await app.RunAsync();
    }

    private static async Task ServeAsync(WebSocket socket, NatsConnection nats)
    {
        var buffer = new byte[64 * 1024];
        var (filled, ids) = (0, new List<string>(FlushEvery));
        while (true)
        {
            var receive = socket.ReceiveAsync(buffer.AsMemory(filled), CancellationToken.None);
            if (ids.Count > 0 && (!receive.IsCompleted || ids.Count == FlushEvery))
            {
                await AnswerAsync(socket, nats, ids);
            }

            var received = await receive;
            if (received.MessageType == WebSocketMessageType.Close)
            {
                await socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, null, CancellationToken.None);
                return;
            }

            filled += received.Count;
            if (!received.EndOfMessage)
            {
                continue;
            }

            var (id, start, length) = Parse(buffer.AsSpan(0, filled));
            await nats.PublishAsync("federated.data", buffer.AsMemory(start, length), serializer: NatsRawSerializer<Memory<byte>>.Default);
            ids.Add(id);
            filled = 0;
        }
    }

    private static async Task AnswerAsync(WebSocket socket, NatsConnection nats, List<string> ids)
    {
        await nats.PingAsync();
        foreach (var id in ids)
        {
            var ack = $"{{\"type\":\"ack\",\"id\":\"{id}\",\"timestamp\":{DateTimeOffset.UtcNow.ToUnixTimeMilliseconds()}}}";
            await socket.SendAsync(
                Encoding.UTF8.GetBytes(ack).AsMemory(), WebSocketMessageType.Text, endOfMessage: true, CancellationToken.None);
        }

        ids.Clear();
    }

    private static (string Id, int Start, int Length) Parse(ReadOnlySpan<byte> message)
    {
        var reader = new Utf8JsonReader(message);
        var (id, start, length) = ("", 0, 0);
        reader.Read();
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var isId = reader.ValueTextEquals("id"u8);
            var isPayload = reader.ValueTextEquals("payload"u8);
            reader.Read();
            id = isId ? reader.GetString()! : id;
            start = isPayload ? (int)reader.TokenStartIndex : start;
            reader.Skip();
            length = isPayload ? (int)reader.BytesConsumed - start : length;
        }

        return (id, start, length);
    }
}
