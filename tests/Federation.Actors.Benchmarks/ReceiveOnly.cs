using System.Buffers;
using System.Net.WebSockets;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Federation.Actors.Benchmarks;

/// <summary>
/// The ceiling of receiving: Kestrel and a WebSocket that reads whole messages and counts them. It parses, publishes and acks nothing.
/// </summary>
/// <remarks>
/// A frugal one has no buffer while it waits: what is left is what Kestrel and the WebSocket need for an idle connection.
/// </remarks>
internal static class ReceiveOnly
{
    private static long _messages;

    public static async Task RunAsync(int port, bool isFrugal)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls($"http://127.0.0.1:{port}");
        await using var app = builder.Build();
        app.UseWebSockets();
        app.Run(async context =>
        {
            using var socket = await context.WebSockets.AcceptWebSocketAsync();
            await (isFrugal ? ReadFrugallyAsync(socket) : ReadAsync(socket));
        });
        await app.RunAsync();
    }

    private static async Task ReadAsync(WebSocket socket)
    {
        var buffer = new byte[64 * 1024];
        while (true)
        {
            var received = await socket.ReceiveAsync(buffer.AsMemory(), CancellationToken.None);
            if (received.MessageType == WebSocketMessageType.Close)
            {
                await socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, null, CancellationToken.None);
                return;
            }

            if (received.EndOfMessage)
            {
                Interlocked.Increment(ref _messages);
            }
        }
    }

    private static async Task ReadFrugallyAsync(WebSocket socket)
    {
        while (socket.State == WebSocketState.Open)
        {
            await socket.ReceiveAsync(Memory<byte>.Empty, CancellationToken.None);
            var buffer = ArrayPool<byte>.Shared.Rent(64 * 1024);
            await socket.ReceiveAsync(buffer.AsMemory(), CancellationToken.None);
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }
}
