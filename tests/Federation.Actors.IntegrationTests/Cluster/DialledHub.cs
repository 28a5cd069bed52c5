using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Net.WebSockets;
using System.Text;
using System.Text.Json;
using Federation.Actors.IntegrationTests.Chaos;
using Federation.Actors.IntegrationTests.Support;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;

namespace Federation.Actors.IntegrationTests.Cluster;

/// <summary>
/// A remote that a cluster dials, and that sends to whoever has dialled it: keeps a window of unanswered messages, sends again on a new
/// connection what has no answer, and closes the older connection of a name with 4001 when a second one comes. It counts that, and who was
/// there with whom.
/// </summary>
internal sealed class DialledHub : IAsyncDisposable
{
    private const int Window = 50;

    /// <summary>Between two messages.</summary>
    private static readonly TimeSpan Pace = TimeSpan.FromMilliseconds(10);

    private readonly WebApplication _web;
    private readonly CancellationTokenSource _stop = new();
    private readonly ConcurrentDictionary<long, byte> _unanswered = new();
    private readonly ConcurrentQueue<string> _names = new();
    private readonly Lock _gate = new();
    private WebSocket? _current;
    private long _next;
    private long _acked;
    private readonly ConcurrentQueue<long> _superseded = new();

    private DialledHub(WebApplication web, string name)
    {
        _web = web;
        Ledger = new Ledger(name, ordered: false);
    }

    public Ledger Ledger { get; }

    public Uri Url => new UriBuilder(_web.Urls.First()) { Scheme = "ws", Path = "/hub" }.Uri;

    /// <summary>The name that each connection has given, in order.</summary>
    public IReadOnlyCollection<string> Names => _names;

    /// <summary>Connections that were closed because another of the same name has come.</summary>
    public int Superseded => _superseded.Count;

    public long Sent => Interlocked.Read(ref _next);

    public long Acked => Interlocked.Read(ref _acked);

    public bool IsConnected => Volatile.Read(ref _current) is { State: WebSocketState.Open };

    public bool HasUnanswered => !_unanswered.IsEmpty;

    /// <summary>Whether it makes new messages.</summary>
    public bool Sends { get; set; }

    /// <summary>
    /// How long two dialers have been there at most: the time between two connections being closed because another has come, of all but the
    /// first so many. Whoever alone dials is not superseded, and one who has ended does not come back.
    /// </summary>
    /// <param name="before">Superseded connections to leave out.</param>
    public TimeSpan Contested(int before) =>
        _superseded.Skip(before).ToArray() is [var first, .., var last] ? Stopwatch.GetElapsedTime(first, last) : TimeSpan.Zero;

    public static async Task<DialledHub> StartAsync(string name)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().UseUrls("http://127.0.0.1:0");
        var web = builder.Build();
        var hub = new DialledHub(web, name);
        web.UseWebSockets();
        web.Run(hub.HandleAsync);
        await web.StartAsync();
        return hub;
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        Volatile.Read(ref _current)?.Abort();
        await _web.DisposeAsync();
        _stop.Dispose();
    }

    private async Task HandleAsync(HttpContext context)
    {
        using var socket = await context.WebSockets.AcceptWebSocketAsync();
        _names.Enqueue(context.Request.Headers["X-Federation-Peer"].ToString());
        WebSocket? older;
        lock (_gate)
        {
            (older, _current) = (_current, socket);
        }

        using var lost = CancellationTokenSource.CreateLinkedTokenSource(_stop.Token);
        try
        {
            if (older is { State: WebSocketState.Open })
            {
                _superseded.Enqueue(Stopwatch.GetTimestamp());
                await older.CloseOutputAsync((WebSocketCloseStatus)4001, "superseded", lost.Token);
            }

            var sending = SendAsync(socket, lost);
            await ReadAsync(socket, lost.Token);
            await lost.CancelAsync();
            await sending;
        }
        catch (Exception e) when (e is WebSocketException or OperationCanceledException or IOException or ObjectDisposedException)
        {
            // It is gone, or cut.
        }
        finally
        {
            await lost.CancelAsync();
            lock (_gate)
            {
                _current = ReferenceEquals(_current, socket) ? null : _current;
            }
        }
    }

    private async Task SendAsync(WebSocket socket, CancellationTokenSource lost)
    {
        try
        {
            foreach (var number in _unanswered.Keys.Order())
            {
                await SendAsync(socket, number, lost.Token);
            }

            using var pace = new PeriodicTimer(Pace);
            while (await pace.WaitForNextTickAsync(lost.Token))
            {
                if (Sends && _unanswered.Count < Window && ReferenceEquals(Volatile.Read(ref _current), socket))
                {
                    var number = Interlocked.Increment(ref _next) - 1;
                    _unanswered[number] = 0;
                    await SendAsync(socket, number, lost.Token);
                }
            }
        }
        catch (Exception e) when (e is WebSocketException or OperationCanceledException or IOException or ObjectDisposedException)
        {
            await lost.CancelAsync();
        }
    }

    private Task SendAsync(WebSocket socket, long number, CancellationToken lost)
    {
        var text = string.Create(
            CultureInfo.InvariantCulture,
                $$"""{"type":"data","id":"{{Ledger.Name}}-{{number}}","timestamp":0,"payload":{{Ledger.Payload(number)}}}""");
        return socket.SendAsync(Encoding.UTF8.GetBytes(text).AsMemory(), WebSocketMessageType.Text, endOfMessage: true, lost).AsTask();
    }

    private async Task ReadAsync(WebSocket socket, CancellationToken lost)
    {
        var buffer = new byte[16 * 1024];
        while (true)
        {
            var read = await socket.ReceiveAsync(buffer.AsMemory(), lost);
            if (read.MessageType == WebSocketMessageType.Close)
            {
                await socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, null, lost);
                return;
            }

            using var envelope = JsonDocument.Parse(buffer.AsMemory(0, read.Count));
            var id = envelope.RootElement.TryGetProperty("id", out var given) ? given.GetString()! : "";
            if (envelope.RootElement.GetProperty("type").GetString() is not ("ack" or "nack") || id.Length == 0)
            {
                continue;
            }

            var number = long.Parse(id.AsSpan(id.LastIndexOf('-') + 1), CultureInfo.InvariantCulture);
            if (envelope.RootElement.GetProperty("type").GetString() is "nack")
            {
                await SendAsync(socket, number, lost);
            }
            else if (_unanswered.TryRemove(number, out _))
            {
                Interlocked.Increment(ref _acked);
                Ledger.Answered(number, acked: true);
            }
        }
    }
}
