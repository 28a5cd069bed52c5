namespace Federation.Actors.Tests.Sending;

/// <summary>
/// What a peer is owed, in plain lists. It does not know how fast messages may go; it is told what went and says whether that could be.
/// </summary>
internal sealed class NaiveDelivery(EgressSettings settings)
{
    private readonly List<Item> _waiting = [];
    private List<Item> _window = [];

    /// <summary>Ends of messages, as they are to be.</summary>
    public List<(CountedMessage Message, string End)> Ended { get; } = [];

    public bool IsConnected { get; private set; }

    public Func<CountedMessage, bool> Filter { get; set; } = static _ => true;

    public int Held => _waiting.Count + _window.Count;

    public IReadOnlyList<CountedMessage> InFlight => [.. _window.Select(static item => item.Message)];

    public long WindowBytes => _window.Sum(static item => (long)item.Message.Payload.Length);

    private bool ActsOnAcks => settings.Delivery == DeliveryMode.AtLeastOnce;

    public bool Holds(CountedMessage message) =>
        _waiting.Concat(_window).Any(item => string.Equals(item.Message.Id, message.Id, StringComparison.Ordinal));

    public void Offer(CountedMessage message)
    {
        if (message.Kept && Holds(message))
        {
            return;
        }

        _waiting.Add(new Item(message));
        if (!IsConnected)
        {
            Trim();
        }
    }

    public void Connect()
    {
        IsConnected = true;
        Filter = static _ => true;
    }

    public void Disconnect()
    {
        IsConnected = false;
        if (ActsOnAcks)
        {
            _waiting.InsertRange(0, _window);
        }
        else
        {
            _window.ForEach(item => Ended.Add((item.Message, "connection_lost")));
        }

        _window = [];
        foreach (var item in _waiting.Where(static item => item.Message.Kept).ToList())
        {
            End(_waiting, item, "returned");
        }

        Trim();
    }

    public void Close()
    {
        Disconnect();
        foreach (var item in _waiting.ToList())
        {
            End(_waiting, item, "peer_gone");
        }
    }

    public bool Ack(string id)
    {
        var item = ActsOnAcks ? _window.Find(item => string.Equals(item.Message.Id, id, StringComparison.Ordinal)) : null;
        if (item is not null)
        {
            End(_window, item, "delivered");
        }

        return item is not null;
    }

    public bool Nack(string id, string reason, TimeSpan now)
    {
        var item = ActsOnAcks ? _window.Find(item => string.Equals(item.Message.Id, id, StringComparison.Ordinal)) : null;
        if (item is not null && reason is "loop" or "too_large" or "not_permitted")
        {
            End(_window, item!, reason);
        }
        else if (item is not null)
        {
            item.Due = now + settings.RetryDelay;
        }

        return item is not null;
    }

    public void Flushed(int count)
    {
        foreach (var item in ActsOnAcks ? [] : _window.Take(count).ToList())
        {
            End(_window, item, "delivered");
        }
    }

    /// <summary>Goes through what was sent, and fails where it could not have been.</summary>
    /// <param name="sent">The ids.</param>
    /// <param name="isCapped">Whether there may be fewer than there is room for.</param>
    /// <param name="now">The time.</param>
    public void Take(IReadOnlyList<string> sent, bool isCapped, TimeSpan now)
    {
        var left = new Queue<string>(sent);
        if (IsConnected)
        {
            Resend(left, isCapped, now);
            SendFirst(left, isCapped, now);
            Trim();
        }

        Assert.Empty(left);
    }

    private void Resend(Queue<string> sent, bool isCapped, TimeSpan now)
    {
        var isStopped = false;
        foreach (var item in _window.Where(item => item.Due <= now).ToList())
        {
            if (settings.MaxDeliver > 0 && item.Sent >= settings.MaxDeliver)
            {
                End(_window, item, "max_deliver");
            }
            else if (!isStopped && IsNext(sent, item))
            {
                item.Sent++;
                item.Due = Due(now);
            }
            else
            {
                Assert.True(isCapped, $"{item.Message.Id} was not sent again");
                isStopped = true;
            }
        }
    }

    private void SendFirst(Queue<string> sent, bool isCapped, TimeSpan now)
    {
        while (_waiting.FirstOrDefault() is { } first)
        {
            if (!Filter(first.Message))
            {
                End(_waiting, first, "filtered");
            }
            else if (!first.Message.Kept && settings.MaxDeliver > 0 && first.Sent >= settings.MaxDeliver)
            {
                End(_waiting, first, "max_deliver");
            }
            else if (_window.Count > 0 && (
                _window.Count >= settings.MaxInFlight || WindowBytes + first.Message.Payload.Length > settings.WindowBytes))
            {
                return;
            }
            else if (IsNext(sent, first))
            {
                _waiting.RemoveAt(0);
                first.Sent++;
                first.Due = Due(now);
                _window.Add(first);
            }
            else
            {
                Assert.True(isCapped, $"{first.Message.Id} was not sent");
                return;
            }
        }
    }

    private static bool IsNext(Queue<string> sent, Item item) =>
        sent.TryPeek(out var next) && string.Equals(next, item.Message.Id, StringComparison.Ordinal) && sent.Dequeue() is not null;

    private TimeSpan Due(TimeSpan now) => ActsOnAcks ? now + settings.AckTimeout : TimeSpan.MaxValue;

    private void Trim()
    {
        while (_waiting.Where(static item => !item.Message.Kept).ToList() is { Count: > 1 } loose
            && (loose.Count > settings.QueueSize || loose.Sum(static item => (long)item.Message.Payload.Length) > settings.QueueBytes))
        {
            End(_waiting, loose[0], IsConnected ? "slow_peer" : "peer_away");
        }
    }

    private void End(List<Item> list, Item item, string end)
    {
        list.Remove(item);
        Ended.Add((item.Message, end));
    }

    private sealed class Item(CountedMessage message)
    {
        public CountedMessage Message { get; } = message;

        public int Sent { get; set; } = message.Delivered;

        public TimeSpan Due { get; set; }
    }
}
