using System.Diagnostics;
using Federation.Actors.Diagnostics;
using Federation.Actors.Protocol;

namespace Federation.Actors.Sending;

/// <summary>The messages for one peer: those that wait and those in flight. Not thread-safe.</summary>
/// <remarks><para>Every offered message ends in one way, which is counted: delivered, dropped for a reason, or returned to its
/// source.</para>
/// <para>It outlives the connection and restarts of its actor. Messages in flight when a connection ends wait again, in their old
/// place.</para></remarks>
/// <param name="dead">Receives dead messages, and calls <see cref="OutboundMessage.Done"/>.</param>
/// <param name="maxLength">Bytes of the largest envelope. A peer ends its connection whenever it receives a larger one.</param>
internal sealed class PeerDelivery(EgressSettings settings, OutputMetrics metrics, Action<DeadMessage> dead, long maxLength = long.MaxValue)
{
    private readonly SendBacklog _backlog = new(settings.QueueSize, settings.QueueBytes);
    private readonly SendWindow _window = new(settings.WindowOf(isBatching: false), settings.WindowBytes);
    private readonly HeldMessages _held = new();

    public string Peer { get; private set; } = "";

    public PeerLimits Limits { get; } = new(settings);

    /// <summary>Counts of the connection, or of the last one while there is none; null before the first.</summary>
    public PeerMeter? Meter { get; set; }

    public bool IsConnected { get; private set; }

    public int Held => _backlog.Count + _window.Count;

    public int InFlight => _window.Count;

    /// <inheritdoc cref="SendWindow.OldestSent" />
    public TimeSpan? OldestSent => _window.OldestSent;

    /// <param name="window">Messages in flight on this connection at most; 0: as without batching.</param>
    public void Connect(string peer, bool isSame = false, int window = 0)
    {
        _window.Capacity = window > 0 ? window : settings.WindowOf(isBatching: false);
        Peer = peer;
        IsConnected = true;
        if (!isSame)
        {
            Limits.Reset();
        }
    }

    /// <summary>Returns stored messages to their source; all others wait again. With at-most-once delivery, those in flight are
    /// dropped.</summary>
    public void Disconnect()
    {
        IsConnected = false;
        metrics.InFlight.Dec(_window.Count);
        var unsettled = _window.Clear();
        if (settings.Delivery == DeliveryMode.AtMostOnce)
        {
            foreach (var entry in unsettled)
            {
                // It may have left, so that it must not be sent a second time.
                Drop(entry.Message, DropReason.ConnectionLost);
            }
        }
        else
        {
            _backlog.PutBack(unsettled);
        }

        foreach (var message in _backlog.TakeStored())
        {
            End(message);
            metrics.Returned.Inc();
            message.Return();
        }

        Trim();
    }

    /// <summary>While connected, <see cref="Take"/> applies the bounds, after it has sent as much as possible.</summary>
    public void Offer(OutboundMessage message)
    {
        if (!_held.TryAdd(message))
        {
            return;
        }

        metrics.Taken.Inc();
        metrics.Held.Inc();
        _backlog.Add(message);
        if (!IsConnected)
        {
            Trim();
        }
    }

    /// <summary>The messages to send now, in order; they are in flight from here on.</summary>
    public IReadOnlyList<OutboundMessage> Take(TimeSpan now)
    {
        if (!IsConnected)
        {
            return [];
        }

        Limits.Adjust(now);
        var sent = new List<OutboundMessage>();
        Resend(now, sent);
        while (_backlog.First is { } first)
        {
            var message = first.Message;
            if (Refused(message) is { } reason)
            {
                _backlog.RemoveFirst();
                Drop(message, reason);
                continue;
            }

            // A source that keeps it counts how often it gives it out, which is more often than it was sent.
            var given = message.IsLongerThan(maxLength) ? DropReason.TooLarge : !message.IsStored
                && IsSpent(first) ? DropReason.MaxDeliver : null;
            if (given is not null)
            {
                _backlog.RemoveFirst();
                GiveUp(first, given);
                continue;
            }

            if (!_window.Fits(message) || !Limits.TryTake(now))
            {
                break;
            }

            _backlog.RemoveFirst();
            if (first.Sent > 0)
            {
                // On an earlier connection.
                metrics.Resent.Inc();
            }

            _window.Add(first, now, AckDue(now));
            metrics.InFlight.Inc();
            metrics.Sent.Inc();
            sent.Add(message);
        }

        Trim();
        return sent;
    }

    /// <summary>When <see cref="Take"/> may return messages although nothing else happens; null: never.</summary>
    public TimeSpan? NextAt(TimeSpan now)
    {
        if (!IsConnected)
        {
            return null;
        }

        var due = _window.NextDue;
        var isReady = due <= now || (_backlog.First is { } first && _window.Fits(first.Message));
        var next = isReady ? Limits.NextAt(now) : null;
        return due > now && due < (next ?? TimeSpan.MaxValue) ? due : next;
    }

    /// <summary>Settles the oldest messages, which have left the process. Without acks nothing more is known.</summary>
    public void Flushed(int count)
    {
        if (settings.Delivery == DeliveryMode.AtMostOnce)
        {
            foreach (var entry in _window.Oldest(count))
            {
                Settle(entry);
                Deliver(entry.Message);
            }
        }
    }

    /// <returns>False for an id that is not in flight: already answered, or never sent.</returns>
    public bool Ack(ReadOnlySpan<byte> id) => Ack(Find(id));

    /// <returns>False for a message that is not in flight.</returns>
    public bool Ack(OutboundMessage message) => Ack(_window.Find(message));

    /// <returns>False for an id that is not in flight.</returns>
    public bool Nack(ReadOnlySpan<byte> id, string reason, TimeSpan now) => Nack(Find(id), reason, now);

    /// <returns>False for a message that is not in flight.</returns>
    public bool Nack(OutboundMessage message, string reason, TimeSpan now) =>
        Nack(_window.Find(message), reason, now);

    private bool Ack(SendEntry? entry)
    {
        if (entry is null)
        {
            return false;
        }

        Settle(entry);
        Deliver(entry.Message);
        return true;
    }

    private bool Nack(SendEntry? entry, string reason, TimeSpan now)
    {
        if (entry is null)
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
            _window.Postpone(entry, now + settings.RetryDelay);
        }

        return true;
    }

    public void Touch()
    {
        _backlog.Touch();
        _window.Touch();
    }

    public void Close(string reason)
    {
        Disconnect();
        while (_backlog.First is { } first)
        {
            _backlog.RemoveFirst();
            Drop(first.Message, reason);
        }
    }

    private SendEntry? Find(ReadOnlySpan<byte> id)
    {
        if (settings.Delivery == DeliveryMode.AtMostOnce)
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

            if (!Limits.TryTake(now))
            {
                _window.Postpone(entry, entry.Due);
                continue;
            }

            entry.Sent++;
            _window.Postpone(entry, AckDue(now));
            metrics.Sent.Inc();
            metrics.Resent.Inc();
            sent.Add(entry.Message);
        }
    }

    private bool IsSpent(SendEntry entry) => settings.MaxDeliver > 0 && entry.Sent >= settings.MaxDeliver;

    private TimeSpan AckDue(TimeSpan now) => settings.Delivery == DeliveryMode.AtMostOnce ? TimeSpan.MaxValue : now + settings.AckTimeout;

    private string? Refused(OutboundMessage message) =>
        message.From is { } from && string.Equals(from, Peer, StringComparison.Ordinal) ? DropReason.Echo
        : message.To is { } to && !string.Equals(to, Peer, StringComparison.Ordinal) ? DropReason.NoPeer
        : Limits.Wants(message) ? null
        : DropReason.Filtered;

    private void Deliver(OutboundMessage message)
    {
        if (message.Trace is { } trace
            && Tracing.Start(Tracing.Deliver, ActivityKind.Producer, trace.Parent, metrics.Component, Peer, trace.Taken) is { } span)
        {
            Tracing.End(span);
        }

        End(message);
        metrics.Delivered.Inc();
        message.Done();
    }

    private void GiveUp(SendEntry entry, string reason)
    {
        End(entry.Message);
        metrics.Dropped(reason).Inc();
        dead(new DeadMessage(entry.Message, Peer, reason, entry.Sent));
    }

    private void Drop(OutboundMessage message, string reason)
    {
        End(message);
        metrics.Dropped(reason).Inc();
        message.Done();
    }

    private void Settle(SendEntry entry)
    {
        _window.Remove(entry);
        metrics.InFlight.Dec();
    }

    private void End(OutboundMessage message)
    {
        metrics.Held.Dec();
        _held.Remove(message);
        message.Leave();
    }

    private void Trim()
    {
        foreach (var message in _backlog.TakeExcess())
        {
            Drop(message, IsConnected ? DropReason.SlowPeer : DropReason.PeerAway);
        }
    }
}
