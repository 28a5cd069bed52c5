using Federation.Actors.Diagnostics;
using Federation.Actors.Protocol;

namespace Federation.Actors.Sending;

/// <summary>What one peer is owed: what waits, what is on its way, and how fast it may go. Pure: it is told the time.</summary>
/// <remarks>
/// <para>Every message that is offered ends in exactly one way: delivered, dropped for a reason, or returned to its source; until then it is
/// held. Each end is counted.</para>
/// <para>Not thread-safe. It outlives the connection, and the actor that sends: what was on its way when a connection ended waits again, in
/// its old place.</para>
/// </remarks>
internal sealed class PeerDelivery
{
    private readonly EgressSettings _settings;
    private readonly OutputMetrics _metrics;
    private readonly Action<DeadMessage> _dead;
    private readonly long _maxLength;
    private readonly double? _configured;
    private readonly WaitingLine _waiting;
    private readonly SendWindow _window;
    private readonly HeldMessages _held = new();
    private readonly RateCap _cap;
    private readonly AdaptiveRate _adaptive;
    private PeerPreferences _preferences = new();

    /// <param name="settings">Bounds and times.</param>
    /// <param name="metrics">Counts every message once at its end.</param>
    /// <param name="dead">Told what is given up for good; lets its source forget it.</param>
    /// <param name="maxLength">Bytes of an envelope at most: a peer ends its connection at what is longer, and would at the next attempt.</param>
    public PeerDelivery(EgressSettings settings, OutputMetrics metrics, Action<DeadMessage> dead, long maxLength = long.MaxValue)
    {
        _maxLength = maxLength;
        _configured = settings.MaxRate > 0 ? settings.MaxRate : null;
        _settings = settings;
        _metrics = metrics;
        _dead = dead;
        _waiting = new WaitingLine(settings.QueueSize, settings.QueueBytes);
        _window = new SendWindow(settings.MaxInFlight, settings.WindowBytes);
        _cap = new RateCap(_configured);
        _adaptive = new AdaptiveRate(settings.MinRate);
    }

    /// <summary>The peer's name.</summary>
    public string Peer { get; set; } = "";

    /// <summary>Is told what is held, by who sends; of the last connection while there is none. Null: there has been none.</summary>
    public PeerMeter? Meter { get; set; }

    /// <summary>True while there is a connection to send on.</summary>
    public bool IsConnected { get; private set; }

    /// <summary>Messages held: waiting and on their way.</summary>
    public int Held => _waiting.Count + _window.Count;

    /// <summary>Messages on their way.</summary>
    public int InFlight => _window.Count;

    /// <summary>Messages a second that may go now; null: no limit.</summary>
    public double? Rate => _cap.Rate;

    /// <summary>A connection is there. What its peer asks for counts for this connection only.</summary>
    /// <param name="peer">The peer's name.</param>
    /// <param name="isSame">Whether it is the connection that was there last.</param>
    public void Connect(string peer, bool isSame = false)
    {
        Peer = peer;
        IsConnected = true;
        _preferences = isSame ? _preferences : new PeerPreferences();
    }

    /// <summary>The connection is gone: stored messages return to their source, all others wait again. At most once, what was on its way is over.</summary>
    public void Disconnect()
    {
        IsConnected = false;
        _metrics.InFlight.Dec(_window.Count);
        var unsettled = _window.Clear();
        if (_settings.Delivery == DeliveryMode.AtMostOnce)
        {
            foreach (var entry in unsettled)
            {
                // It may have left, so that it must not be sent a second time.
                Drop(entry.Message, DropReason.ConnectionLost);
            }
        }
        else
        {
            _waiting.PutBack(unsettled);
        }

        for (var node = _waiting.First; node is not null;)
        {
            var next = node.Next;
            if (node.Value.Message.IsStored)
            {
                _waiting.Remove(node);
                End(node.Value.Message);
                _metrics.Returned.Inc();
                node.Value.Message.Return();
            }

            node = next;
        }

        Trim();
    }

    /// <summary>Takes a message in; when more waits than may although <see cref="Take"/> has sent what it could, the oldest that no source keeps gives way.</summary>
    public void Offer(OutboundMessage message)
    {
        if (!_held.TryAdd(message))
        {
            return;
        }

        _metrics.Taken.Inc();
        _metrics.Held.Inc();
        _waiting.Add(message);
        if (!IsConnected)
        {
            Trim();
        }
    }

    /// <summary>What is to be sent now, in this order; it is on its way from here on.</summary>
    public IReadOnlyList<OutboundMessage> Take(TimeSpan now)
    {
        if (!IsConnected)
        {
            return [];
        }

        Adjust(now);
        var sent = new List<OutboundMessage>();
        Resend(now, sent);
        while (_waiting.First is { } first)
        {
            var message = first.Value.Message;
            if (Refused(message) is { } reason)
            {
                _waiting.Remove(first);
                Drop(message, reason);
                continue;
            }

            // A source that keeps it counts how often it gives it out, which is more often than it was sent.
            var given = message.Length > _maxLength - OutboundMessage.HeadLength ? DropReason.TooLarge : !message.IsStored && IsSpent(first.Value) ? DropReason.MaxDeliver : null;
            if (given is not null)
            {
                _waiting.Remove(first);
                GiveUp(first.Value, given);
                continue;
            }

            if (!_window.Fits(message) || _cap.Take(1, now) == 0)
            {
                break;
            }

            _waiting.Remove(first);
            _window.Add(message, first.Value.Sent, AckDue(now));
            _metrics.InFlight.Inc();
            _metrics.Sent.Inc();
            sent.Add(message);
        }

        Trim();
        return sent;
    }

    /// <summary>When <see cref="Take"/> may give something although nothing else happens; null: not before something does.</summary>
    public TimeSpan? NextAt(TimeSpan now)
    {
        if (!IsConnected)
        {
            return null;
        }

        var due = _window.NextDue;
        var isReady = due <= now || (_waiting.First is { } first && _window.Fits(first.Value.Message));
        var next = isReady ? _cap.NextAt(now) : null;
        return due > now && due < (next ?? TimeSpan.MaxValue) ? due : next;
    }

    /// <summary>What was told to be sent has left the process; without acks that is all there is to know.</summary>
    public void Flushed(int count)
    {
        if (_settings.Delivery == DeliveryMode.AtMostOnce)
        {
            foreach (var entry in _window.Oldest(count))
            {
                Settle(entry);
                Deliver(entry.Message);
            }
        }
    }

    /// <summary>The peer has acked.</summary>
    /// <param name="id">As it stood between its quotes.</param>
    /// <returns>False for an id that is not on its way: already answered, or never sent.</returns>
    public bool Ack(ReadOnlySpan<byte> id)
    {
        if (Find(id) is not { } entry)
        {
            return false;
        }

        Settle(entry);
        Deliver(entry.Message);
        return true;
    }

    /// <summary>The peer has refused: for good, or for now.</summary>
    /// <param name="id">As it stood between its quotes.</param>
    /// <param name="reason">As the peer has written it.</param>
    /// <param name="now">The time.</param>
    /// <returns>False for an id that is not on its way.</returns>
    public bool Nack(ReadOnlySpan<byte> id, string reason, TimeSpan now)
    {
        if (Find(id) is not { } entry)
        {
            return false;
        }

        if (reason is DropReason.Loop or DropReason.TooLarge or DropReason.NotPermitted)
        {
            Settle(entry);
            GiveUp(entry, reason);
        }
        else
        {
            _window.Postpone(entry, now + _settings.RetryDelay);
        }

        return true;
    }

    /// <summary>The peer is slow: half as fast from here on, and then slowly faster.</summary>
    /// <param name="now">The time.</param>
    /// <param name="rate">Messages a second that it has got last.</param>
    public void Slow(TimeSpan now, double rate) => _adaptive.OnSlow(now, rate);

    /// <summary>The peer has asked for a rate: 0 pauses, null lifts.</summary>
    public double? Limit(double? rate, TimeSpan now)
    {
        _preferences.Asked = rate;
        Adjust(now);
        return _cap.Rate;
    }

    /// <summary>The peer has announced what it takes.</summary>
    /// <param name="rate">Messages a second at most; null: any number.</param>
    /// <param name="types">Which messages.</param>
    /// <param name="now">The time.</param>
    public void Announce(double? rate, MessageFilter types, TimeSpan now)
    {
        _preferences.Announced = rate;
        _preferences.Types = types;
        Adjust(now);
    }

    /// <summary>The peer has asked for only what matches.</summary>
    public void Subscribe(MessageFilter filter) => _preferences.Filter = filter;

    /// <summary>The sources are told that what they keep is still being dealt with.</summary>
    public void Touch()
    {
        for (var node = _waiting.First; node is not null; node = node.Next)
        {
            node.Value.Message.Touch();
        }

        _window.Touch();
    }

    /// <summary>Nobody sends this any more: what a source keeps goes back, all else is dropped.</summary>
    public void Close(string reason)
    {
        Disconnect();
        while (_waiting.First is { } first)
        {
            _waiting.Remove(first);
            Drop(first.Value.Message, reason);
        }
    }

    private WindowEntry? Find(ReadOnlySpan<byte> id)
    {
        if (_settings.Delivery == DeliveryMode.AtMostOnce)
        {
            // An ack may come before the news that its message has left, which is counted by number and not by name.
            return null;
        }

        return _held.TryParse(id, out var source, out var number) ? _window.Find(source, number) : null;
    }

    private void Resend(TimeSpan now, List<OutboundMessage> sent)
    {
        var due = _window.Due(now);
        for (var i = 0; i < due.Count; i++)
        {
            var entry = due[i];
            if (IsSpent(entry))
            {
                Settle(entry);
                GiveUp(entry, DropReason.MaxDeliver);
                continue;
            }

            if (_cap.Take(1, now) == 0)
            {
                _window.Postpone(entry, entry.Due);
                continue;
            }

            entry.Sent++;
            _window.Postpone(entry, AckDue(now));
            _metrics.Sent.Inc();
            _metrics.Resent.Inc();
            sent.Add(entry.Message);
        }
    }

    private bool IsSpent(WindowEntry entry) => _settings.MaxDeliver > 0 && entry.Sent >= _settings.MaxDeliver;

    private TimeSpan AckDue(TimeSpan now) => _settings.Delivery == DeliveryMode.AtMostOnce ? TimeSpan.MaxValue : now + _settings.AckTimeout;

    private void Adjust(TimeSpan now)
    {
        var rate = RateCap.Lowest(_configured, _preferences.Asked, _preferences.Announced, _adaptive.Limit(now));
        if (rate != _cap.Rate)
        {
            _cap.Change(rate, now);
        }
    }

    private string? Refused(OutboundMessage message) =>
        message.From is { } from && string.Equals(from, Peer, StringComparison.Ordinal) ? DropReason.Echo
        : _preferences.Wants(message) ? null
        : DropReason.Filtered;

    private void Deliver(OutboundMessage message)
    {
        DeliverSpan.Record(message.Trace, _metrics.Component, Peer);
        End(message);
        _metrics.Delivered.Inc();
        message.Done();
    }

    private void GiveUp(WindowEntry entry, string reason)
    {
        End(entry.Message);
        _metrics.Dropped(reason).Inc();
        _dead(new DeadMessage(entry.Message, Peer, reason, entry.Sent));
    }

    private void Drop(OutboundMessage message, string reason)
    {
        End(message);
        _metrics.Dropped(reason).Inc();
        message.Done();
    }

    /// <summary>Takes an entry out of the window.</summary>
    private void Settle(WindowEntry entry)
    {
        _window.Remove(entry);
        _metrics.InFlight.Dec();
    }

    private void End(OutboundMessage message)
    {
        _metrics.Held.Dec();
        _held.Remove(message);
    }

    /// <summary>Drops the oldest of what waits until the rest is within the bounds. What a source keeps is bounded there.</summary>
    private void Trim()
    {
        for (var node = _waiting.First; node is not null && _waiting.IsOver;)
        {
            var next = node.Next;
            if (!node.Value.Message.IsStored)
            {
                _waiting.Remove(node);
                Drop(node.Value.Message, IsConnected ? DropReason.SlowPeer : DropReason.PeerAway);
            }

            node = next;
        }
    }
}
