using System.Globalization;
using System.Net.WebSockets;
using System.Text.Json;

namespace Federation.Actors.IntegrationTests.Support;

/// <summary>A peer that numbers what it sends, and remembers every answer by its number.</summary>
internal sealed class NumberedSender : IAsyncDisposable
{
    private readonly TestPeer _peer;
    private readonly string _name;
    private readonly List<int> _acked = [];
    private readonly List<int> _nacked = [];
    private readonly List<string> _reasons = [];
    private readonly Task _reading;
    private int _sent;
    private int _slow;

    private NumberedSender(TestPeer peer, string name)
    {
        _peer = peer;
        _name = name;
        _reading = Task.Run(ReadAsync);
    }

    /// <summary>Numbers acked, in the order of the acks.</summary>
    public IReadOnlyList<int> Acked => Copy(_acked);

    /// <summary>Numbers nacked, in the order of the nacks.</summary>
    public IReadOnlyList<int> Nacked => Copy(_nacked);

    /// <summary>The reason of each nack.</summary>
    public IReadOnlyList<string> Reasons => Copy(_reasons);

    /// <summary>Acks and nacks received.</summary>
    public int Answered
    {
        get
        {
            lock (_acked)
            {
                return _acked.Count + _nacked.Count;
            }
        }
    }

    /// <summary>Slow signals received.</summary>
    public int Slow => Volatile.Read(ref _slow);

    /// <summary>Sent so far.</summary>
    public int Sent => Volatile.Read(ref _sent);

    /// <param name="url">The node.</param>
    /// <param name="name">Start of the ids, and in the payloads.</param>
    /// <param name="lasting">Whether the peer gives this name as its own.</param>
    public static async Task<NumberedSender> ConnectAsync(Uri url, string name, bool lasting = false) => new(
        await TestPeer.ConnectAsync(url, lasting ? options => options.SetRequestHeader("X-Federation-Peer", name) : null), name);

    /// <summary>Sends this many more.</summary>
    public Task SendAsync(int count)
    {
        var end = _sent + count;
        return SendWhileAsync(() => _sent < end);
    }

    /// <summary>Sends as long as this holds.</summary>
    public async Task SendWhileAsync(Func<bool> more)
    {
        while (more())
        {
            var number = _sent;
            await _peer.SendAsync(TestPeer.Data($"{_name}-{number}", $$"""{"from":"{{_name}}","n":{{number}}}"""));
            Volatile.Write(ref _sent, number + 1);
        }
    }

    /// <summary>Sends as long as this holds, with at most so many unanswered.</summary>
    public async Task SendWhileAsync(Func<bool> more, int unanswered)
    {
        while (more())
        {
            await SendWhileAsync(() => more() && Sent - Answered < unanswered);
            await Task.Delay(5);
        }
    }

    /// <summary>Waits until everything sent has its answer. Says so at once when none can come any more.</summary>
    public Task AllAnsweredAsync(TimeSpan? patience = null) => Eventually.TrueAsync(
        () =>
        {
            var isOver = _reading.IsCompleted;
            var answers = Answered;
            return answers >= Sent || (isOver
                ? throw new InvalidOperationException(
                    $"{_name}: the connection has ended with {_peer.CloseStatus}, {answers} of {Sent} messages are answered",
                    _reading.Exception)
                : false);
        },
        $"{_name}: an answer to each of the messages sent",
        patience ?? TimeSpan.FromSeconds(60));

    /// <summary>Waits for the node to close the connection; what it closed with, null when it was cut.</summary>
    public async Task<WebSocketCloseStatus?> ClosedWithAsync()
    {
        await _peer.Closed;
        return _peer.CloseStatus;
    }

    /// <summary>This sender's numbers among payloads, in their order.</summary>
    public IEnumerable<int> NumbersIn(IEnumerable<string> payloads)
    {
        var start = $$"""{"from":"{{_name}}","n":""";
        return payloads.Where(payload => payload.StartsWith(start, StringComparison.Ordinal))
            .Select(payload => int.Parse(payload.AsSpan(start.Length, payload.Length - start.Length - 1), CultureInfo.InvariantCulture));
    }

    public async ValueTask DisposeAsync()
    {
        await _peer.DisposeAsync();
        await Task.WhenAny(_reading);
    }

    private T[] Copy<T>(List<T> list)
    {
        lock (_acked)
        {
            return [.. list];
        }
    }

    private async Task ReadAsync()
    {
        await foreach (var envelope in _peer.Received.ReadAllAsync())
        {
            Note(envelope);
        }
    }

    private void Note(JsonElement envelope)
    {
        var type = envelope.GetProperty("type").GetString();
        if (string.Equals(type, "slow", StringComparison.Ordinal))
        {
            Interlocked.Increment(ref _slow);
            return;
        }

        var id = envelope.GetProperty("id").GetString()!;
        var number = int.Parse(id.AsSpan(_name.Length + 1), CultureInfo.InvariantCulture);
        lock (_acked)
        {
            if (string.Equals(type, "ack", StringComparison.Ordinal))
            {
                _acked.Add(number);
            }
            else
            {
                _nacked.Add(number);
                _reasons.Add(envelope.GetProperty("payload").GetProperty("reason").GetString()!);
            }
        }
    }
}
