using System.Collections.Concurrent;
using System.Globalization;
using System.Net.WebSockets;
using System.Text;
using System.Text.Json;

namespace Federation.Actors.IntegrationTests.Support;

/// <summary>
/// A sender as a peer should be: keeps a window of unanswered messages in flight, comes back when its connection is lost, and sends again
/// what has no answer.
/// </summary>
/// <remarks>Numbers its messages from 0. Counters may be read from any thread.</remarks>
/// <param name="url">The node.</param>
/// <param name="name">Start of the messages' ids, and the peer's name.</param>
/// <param name="window">Messages without an answer at a time.</param>
/// <param name="payload">Payload of a message; null: <c>{"n":number}</c>.</param>
/// <param name="answered">Told the number of each message that is answered, and whether with ack; null: nobody is.</param>
internal sealed class ResendingSender(
    Uri url, string name, int window, Func<long, string>? payload = null, Action<long, bool>? answered = null)
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);

    /// <summary>Between two bursts of a sender that is to send so many a second.</summary>
    private static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(5);

    private readonly ConcurrentDictionary<long, byte> _unanswered = new();
    private long _next;
    private long _acked;
    private long _resent;
    private long _connections;

    /// <summary>Messages made so far.</summary>
    public long Sent => Interlocked.Read(ref _next);

    /// <summary>Messages answered with ack.</summary>
    public long Acked => Interlocked.Read(ref _acked);

    /// <summary>Messages sent again after a connection was lost or a nack.</summary>
    public long Resent => Interlocked.Read(ref _resent);

    /// <summary>Connections opened.</summary>
    public long Connections => Interlocked.Read(ref _connections);

    /// <summary>Sends until <paramref name="enough"/> says so, then waits for the answers; comes back as often as it takes.</summary>
    /// <param name="enough">Asked before each new message.</param>
    /// <param name="perSecond">Messages a second; 0: as many as the window lets through.</param>
    /// <param name="stop">Ends it at once.</param>
    public async Task RunAsync(Func<bool> enough, int perSecond, CancellationToken stop)
    {
        while (!enough() || !_unanswered.IsEmpty)
        {
            using var socket = new ClientWebSocket();
            socket.Options.SetRequestHeader("X-Federation-Peer", name);
            using var lost = CancellationTokenSource.CreateLinkedTokenSource(stop);
            try
            {
                await socket.ConnectAsync(url, stop);
                Interlocked.Increment(ref _connections);
                var reading = ReadAsync(socket, lost);
                await SendAsync(socket, enough, perSecond, lost.Token);
                await lost.CancelAsync();
                await reading;
            }
            catch (Exception e) when (!stop.IsCancellationRequested
                && e is WebSocketException or HttpRequestException or IOException or OperationCanceledException)
            {
                await Task.Delay(Pause, stop);
            }
        }
    }

    private async Task SendAsync(ClientWebSocket socket, Func<bool> enough, int perSecond, CancellationToken lost)
    {
        foreach (var number in _unanswered.Keys.Order())
        {
            Interlocked.Increment(ref _resent);
            await SendAsync(socket, number, lost);
        }

        using var pace = new PeriodicTimer(Tick);
        var burst = perSecond > 0 ? Math.Max(1, (int)(perSecond * Tick.TotalSeconds)) : int.MaxValue;
        while (!enough() || !_unanswered.IsEmpty)
        {
            for (var sent = 0; sent < burst && _unanswered.Count < window && !enough(); sent++)
            {
                var number = Interlocked.Increment(ref _next) - 1;
                _unanswered[number] = 0;
                await SendAsync(socket, number, lost);
            }

            await pace.WaitForNextTickAsync(lost);
        }
    }

    private Task SendAsync(ClientWebSocket socket, long number, CancellationToken lost)
    {
        var content = payload?.Invoke(number) ?? string.Create(CultureInfo.InvariantCulture, $$"""{"n":{{number}}}""");
        var text = string.Create(
            CultureInfo.InvariantCulture,
            $$$"""{"type":"data","id":"{{{name}}}-{{{number}}}","timestamp":{{{DateTimeOffset.UtcNow.ToUnixTimeMilliseconds()}}}"""
                + $$$""","payload":{{{content}}}}""");
        return socket.SendAsync(Encoding.UTF8.GetBytes(text).AsMemory(), WebSocketMessageType.Text, endOfMessage: true, lost).AsTask();
    }

    private async Task ReadAsync(ClientWebSocket socket, CancellationTokenSource lost)
    {
        var buffer = new byte[16 * 1024];
        try
        {
            while (true)
            {
                var length = 0;
                ValueWebSocketReceiveResult part;
                do
                {
                    part = await socket.ReceiveAsync(buffer.AsMemory(length), lost.Token);
                    length += part.Count;
                }
                while (!part.EndOfMessage);

                if (part.MessageType == WebSocketMessageType.Close)
                {
                    return;
                }

                await AnswerAsync(socket, buffer.AsMemory(0, length), lost.Token);
            }
        }
        catch (Exception e) when (e is WebSocketException or OperationCanceledException or IOException)
        {
            // Lost, or done.
        }
        finally
        {
            await lost.CancelAsync();
        }
    }

    private async Task AnswerAsync(ClientWebSocket socket, ReadOnlyMemory<byte> text, CancellationToken lost)
    {
        using var envelope = JsonDocument.Parse(text);
        var id = envelope.RootElement.GetProperty("id").GetString()!;
        var type = envelope.RootElement.GetProperty("type").GetString();
        if (type is not ("ack" or "nack") || id.Length <= name.Length)
        {
            return;
        }

        var number = long.Parse(id.AsSpan(name.Length + 1), CultureInfo.InvariantCulture);
        if (type is "ack")
        {
            if (_unanswered.TryRemove(number, out _))
            {
                Interlocked.Increment(ref _acked);
                answered?.Invoke(number, true);
            }
        }
        else
        {
            answered?.Invoke(number, false);
            Interlocked.Increment(ref _resent);
            await SendAsync(socket, number, lost);
        }
    }
}
