using System.Collections.Concurrent;
using System.Net;
using System.Net.WebSockets;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace Federation.Actors.IntegrationTests.Support;

/// <summary>A WebSocket server that sends, as deployed senders do; nodes in client mode dial it.</summary>
internal sealed class SendingServer : IAsyncDisposable
{
    private readonly WebApplication _web;
    private readonly ConcurrentQueue<string> _received = new();
    private readonly ConcurrentQueue<IHeaderDictionary> _handshakes = new();
    private readonly ConcurrentDictionary<WebSocket, byte> _open = new();
    private readonly CancellationTokenSource _stop = new();

    private SendingServer(WebApplication web) => _web = web;

    /// <summary>Every text received, in order.</summary>
    public IReadOnlyCollection<string> Received => _received;

    /// <summary>The headers of every handshake, refused ones too.</summary>
    public IReadOnlyCollection<IHeaderDictionary> Handshakes => _handshakes;

    /// <summary>Connections open now.</summary>
    public int Open => _open.Count;

    /// <summary>Connections this server has dropped because they were silent.</summary>
    public int Dropped { get; private set; }

    /// <summary>Drops a listener from which no message comes for this long; pings and pongs do not count.</summary>
    public TimeSpan? DropSilentAfter { get; set; }

    /// <summary>Value of the header Authorization that is let in; null: any.</summary>
    public string? Accepts { get; set; }

    /// <summary>Closes each connection as soon as it is open.</summary>
    public bool ClosesAtOnce { get; set; }

    public Uri Url => new UriBuilder(_web.Urls.First()) { Scheme = "ws", Path = "/stream" }.Uri;

    public static async Task<SendingServer> StartAsync(int port = 0)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.Services.AddRoutingCore();
        builder.WebHost.UseKestrelCore().UseUrls($"http://127.0.0.1:{port}");
        var web = builder.Build();
        var server = new SendingServer(web);
        web.UseWebSockets();
        web.Run(server.HandleAsync);
        await web.StartAsync();
        return server;
    }

    /// <summary>Sends one text to every connection.</summary>
    public async Task SendAsync(string text)
    {
        using var patience = new CancellationTokenSource(Patience.Long);
        foreach (var socket in _open.Keys)
        {
            await socket.SendAsync(Encoding.UTF8.GetBytes(text).AsMemory(), WebSocketMessageType.Text, endOfMessage: true, patience.Token);
        }
    }

    /// <summary>Cuts every connection.</summary>
    public void Cut()
    {
        foreach (var socket in _open.Keys)
        {
            socket.Abort();
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        Cut();
        await _web.DisposeAsync();
        _stop.Dispose();
    }

    private async Task HandleAsync(HttpContext context)
    {
        _handshakes.Enqueue(new HeaderDictionary(context.Request.Headers.ToDictionary(StringComparer.OrdinalIgnoreCase)));
        if (Accepts is { } expected && !string.Equals(context.Request.Headers.Authorization.ToString(), expected, StringComparison.Ordinal))
        {
            context.Response.StatusCode = (int)HttpStatusCode.Unauthorized;
            return;
        }

        using var socket = await context.WebSockets.AcceptWebSocketAsync();
        if (ClosesAtOnce)
        {
            await socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, null, _stop.Token);
            return;
        }

        _open.TryAdd(socket, 0);
        try
        {
            await ReadAsync(socket);
        }
        catch (Exception e) when (e is WebSocketException or OperationCanceledException or IOException)
        {
            // The other end is gone, or this one is about to be.
        }
        finally
        {
            _open.TryRemove(socket, out _);
        }
    }

    private async Task ReadAsync(WebSocket socket)
    {
        var buffer = new byte[64 * 1024];
        while (socket.State == WebSocketState.Open)
        {
            using var silence = CancellationTokenSource.CreateLinkedTokenSource(_stop.Token);
            if (DropSilentAfter is { } limit)
            {
                silence.CancelAfter(limit);
            }

            try
            {
                var read = await socket.ReceiveAsync(buffer.AsMemory(), silence.Token);
                if (read.MessageType == WebSocketMessageType.Close)
                {
                    await socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, null, _stop.Token);
                    return;
                }

                _received.Enqueue(Encoding.UTF8.GetString(buffer, 0, read.Count));
            }
            catch (OperationCanceledException) when (!_stop.IsCancellationRequested)
            {
                Dropped++;
                return;
            }
        }
    }
}
