using Federation.Actors.Diagnostics;
using Federation.Actors.Protocol;

namespace Federation.Actors.Sending;

/// <summary>The latest messages of a port without a stream, for replays.</summary>
/// <remarks>Bounded by count, by bytes of payload and by age; the oldest is evicted. A message larger than the byte bound is numbered,
/// but not kept. Not thread-safe.</remarks>
internal sealed class ReplayBuffer
{
    private readonly Queue<ReplayMessage> _messages = new();
    private readonly int _capacity;
    private readonly long _byteCapacity;
    private readonly TimeSpan _age;

    public ReplayBuffer(int capacity, long byteCapacity, TimeSpan age)
    {
        _age = age;
        ArgumentOutOfRangeException.ThrowIfLessThan(capacity, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(byteCapacity, 1);
        _capacity = capacity;
        _byteCapacity = byteCapacity;
    }

    public int Count => _messages.Count;

    public long Bytes { get; private set; }

    /// <summary>The number of the latest message, kept or not; 0 before the first.</summary>
    public long LastSequence { get; private set; }

    public long Add(Instant now, OutboundMessage message)
    {
        LastSequence++;
        Expire(now.Elapsed);
        var length = message.Payload.Length;
        if (length > _byteCapacity)
        {
            return LastSequence;
        }

        while (_messages.Count >= _capacity || Bytes + length > _byteCapacity)
        {
            Bytes -= _messages.Dequeue().Message.Payload.Length;
        }

        _messages.Enqueue(new ReplayMessage(LastSequence, now.Utc.ToUnixTimeMilliseconds(), now.Elapsed, message));
        Bytes += length;
        return LastSequence;
    }

    /// <param name="peer">Messages for other peers only are not selected.</param>
    public IReadOnlyList<ReplayMessage> Select(ReplayParams request, string peer, TimeSpan now)
    {
        Expire(now);
        var selected = new List<ReplayMessage>();
        foreach (var message in _messages)
        {
            if (message.Time >= (request.StartTime ?? long.MinValue) && message.Sequence >= (request.StartSequence ?? 0)
                && (message.Message.To is not { } to || string.Equals(to, peer, StringComparison.Ordinal)))
            {
                selected.Add(message);
            }
        }

        if (request.Count is { } count && count < selected.Count)
        {
            selected.RemoveRange(0, selected.Count - count);
        }

        return selected;
    }

    private void Expire(TimeSpan now)
    {
        while (_messages.TryPeek(out var oldest) && now - oldest.Since > _age)
        {
            Bytes -= _messages.Dequeue().Message.Payload.Length;
        }
    }
}

/// <param name="Time">Arrival in Unix milliseconds, which a peer's request refers to.</param>
/// <param name="Since">Arrival by the monotonic clock, for its age.</param>
internal sealed record ReplayMessage(long Sequence, long Time, TimeSpan Since, OutboundMessage Message);

internal sealed class ReplayBuffers(ReplaySettings settings)
{
    private readonly Dictionary<string, ReplayBuffer> _buffers = new(StringComparer.Ordinal);
    private long _replayed;

    public void Keep(string input, IReadOnlyList<OutboundMessage> messages, Instant now)
    {
        if (settings.Count == 0)
        {
            return;
        }

        if (!_buffers.TryGetValue(input, out var buffer))
        {
            _buffers[input] = buffer = new ReplayBuffer(settings.Count, settings.Bytes, settings.Age);
        }

        foreach (var message in messages)
        {
            buffer.Add(now, message);
        }
    }

    /// <summary>Copies of the selected messages with new ids: the peer may have seen the old ones.</summary>
    public IReadOnlyList<OutboundMessage> Select(ReplayParams from, string peer, TimeSpan now)
    {
        var source = new OutboundSource($"replay-{Guid.NewGuid():N}-");
        return [.. _buffers.Values.SelectMany(buffer => buffer.Select(from, peer, now)).Select(kept => kept.Message.Again(source, ++_replayed))];
    }
}
