using System.Collections.Concurrent;
using System.Net.WebSockets;
using System.Text.Json;

namespace Federation.Actors.IntegrationTests.Support;

/// <summary>A peer that keeps the number of every message and answers as it is told.</summary>
internal sealed class ReceivingPeer : IAsyncDisposable
{
    private readonly TestPeer _peer;
    private readonly Func<ReceivedEnvelope, string?> _answer;
    private readonly ConcurrentQueue<ReceivedEnvelope> _received = new();
    private readonly ConcurrentDictionary<string, TaskCompletionSource<JsonElement>> _replies = new(StringComparer.Ordinal);
    private readonly Task _reading;
    private int _asked;

    private ReceivingPeer(TestPeer peer, Func<ReceivedEnvelope, string?> answer)
    {
        _peer = peer;
        _answer = answer;
        _reading = Task.Run(ReadAsync);
    }

    /// <summary>Every message, in the order of arrival, repeats included.</summary>
    public IReadOnlyCollection<ReceivedEnvelope> Received => _received;

    /// <summary>The numbers of every message, in the order of arrival, repeats included.</summary>
    public IReadOnlyList<int> Numbers => [.. _received.Select(static envelope => envelope.Number)];

    /// <summary>Completes when the node has closed or cut the connection.</summary>
    public Task Closed => _peer.Closed;

    /// <param name="url">The node.</param>
    /// <param name="name">The peer's name; null: none.</param>
    /// <param name="answer">What is sent for a message; null: nothing. By default an ack.</param>
    /// <param name="change">Changes how it connects, when it has no name.</param>
    public static async Task<ReceivingPeer> ConnectAsync(Uri url, string? name, Func<ReceivedEnvelope, string?>? answer = null,
        Action<ClientWebSocketOptions>? change = null) => new(
            await TestPeer.ConnectAsync(url, name is null ? change : options => options.SetRequestHeader("X-Federation-Peer", name)),
            answer ?? (static envelope => envelope.Ack));

    public Task SendAsync(string text) => _peer.SendAsync(text);

    /// <summary>Asks the node, and waits for the reply's payload.</summary>
    public async Task<JsonElement> AskAsync(string method, string parameters)
    {
        var id = $"ask-{Interlocked.Increment(ref _asked)}";
        var reply = new TaskCompletionSource<JsonElement>(TaskCreationOptions.RunContinuationsAsynchronously);
        _replies[id] = reply;
        await SendAsync($$$"""{"type":"request","id":"{{{id}}}","timestamp":0"""
            + $$$""","payload":{"method":"{{{method}}}","params":{{{parameters}}}}}""");
        return await reply.Task.WaitAsync(Patience.Long);
    }

    /// <summary>Waits until so many different numbers have come.</summary>
    public Task CountAsync(int count) => Eventually.TrueAsync(
        () => _received.Count >= count && Numbers.Distinct().Count() >= count, $"{count} messages at the peer", TimeSpan.FromSeconds(60));

    public async ValueTask DisposeAsync()
    {
        await _peer.DisposeAsync();
        await Task.WhenAny(_reading);
    }

    private async Task ReadAsync()
    {
        await foreach (var envelope in _peer.Received.ReadAllAsync())
        {
            var type = envelope.GetProperty("type").GetString();
            if (string.Equals(type, "reply", StringComparison.Ordinal) && _replies.TryRemove(
                envelope.GetProperty("id").GetString()!, out var reply))
            {
                reply.SetResult(envelope.GetProperty("payload"));
            }
            else if (string.Equals(type, "data", StringComparison.Ordinal))
            {
                await TakeAsync(new ReceivedEnvelope(envelope));
            }
        }
    }

    private async Task TakeAsync(ReceivedEnvelope received)
    {
        _received.Enqueue(received);
        if (_answer(received) is not { } answer)
        {
            return;
        }

        try
        {
            await SendAsync(answer);
        }
        catch (Exception e) when (e is WebSocketException or ObjectDisposedException
            or OperationCanceledException or InvalidOperationException)
        {
            // The connection has ended meanwhile.
        }
    }
}
