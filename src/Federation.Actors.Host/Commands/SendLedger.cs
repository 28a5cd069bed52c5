using Federation.Actors.Protocol;
using Federation.Actors.Sending;
using Federation.Actors.Settings;
using Federation.Actors.Supervision;

namespace Federation.Actors.Host.Commands;

/// <summary>Messages that were read, sent and answered, and the next ones to send. Times are monotonic and passed in.
/// Thread-safe.</summary>
internal sealed class SendLedger(SendSettings settings)
{
    /// <summary>The lowest rate for <c>slow</c>, so that it can recover.</summary>
    private const double SlowestRate = 1;

    /// <summary>Before a nacked message is repeated, and before a lost connection is reopened.</summary>
    public static readonly Backoff Pause = new(
        new ReconnectSettings { InitialInterval = TimeSpan.FromMilliseconds(250), MaxInterval = TimeSpan.FromSeconds(5), MaxRetries = 0 });

    private static readonly HashSet<string> Hopeless =
        new([NackReasons.Name(NackReason.TooLarge), NackReasons.Name(NackReason.Loop),
            NackReasons.Name(NackReason.MissingPayload), NackReasons.Name(NackReason.NotPermitted)], StringComparer.Ordinal);

    private readonly Lock _gate = new();
    private readonly Dictionary<string, SendMessage> _open = new(StringComparer.Ordinal);
    private readonly Queue<SendMessage> _fresh = new();
    private readonly PriorityQueue<SendMessage, TimeSpan> _again = new();
    private readonly SortedDictionary<string, long> _nacks = new(StringComparer.Ordinal);
    private readonly AdaptiveRate _adaptive = new(SlowestRate);
    private readonly RateCap _cap = new(settings.Rate);
    private readonly Queue<TimeSpan> _lately = new();
    private long _sent;
    private long _acked;
    private long _refused;
    private long _slow;
    private long _resent;
    private long _badLines;
    private int _connections;
    private TimeSpan? _connected;
    private bool _inputEnded;

    /// <summary>Bytes of finished lines.</summary>
    public long DoneBytes { get; private set; }

    public bool IsDone
    {
        get
        {
            lock (_gate)
            {
                return _inputEnded && _open.Count == 0;
            }
        }
    }

    public bool InputEnded
    {
        get
        {
            lock (_gate)
            {
                return _inputEnded;
            }
        }
    }

    public bool IsWaiting
    {
        get
        {
            lock (_gate)
            {
                return _open.Count > _fresh.Count;
            }
        }
    }

    /// <returns>The line of an unanswered message with the same id; null when the message was added.</returns>
    public long? Add(SendMessage message)
    {
        lock (_gate)
        {
            if (_open.TryGetValue(message.Id, out var other))
            {
                return other.Line;
            }

            _open.Add(message.Id, message);
            _fresh.Enqueue(message);
            return null;
        }
    }

    public void Bad(int length)
    {
        lock (_gate)
        {
            _badLines++;
            DoneBytes += length;
        }
    }

    public void EndInput()
    {
        lock (_gate)
        {
            _inputEnded = true;
        }
    }

    /// <summary>Unanswered messages are sent again, in their order.</summary>
    public void Connected(TimeSpan now)
    {
        lock (_gate)
        {
            _connections++;
            _connected ??= now;
            _again.Clear();
            foreach (var message in _open.Values.Where(static message => message.Sent > 0).OrderBy(static message => message.Line))
            {
                // A tick apart, since equal ones would come in any order.
                _again.Enqueue(message, now + TimeSpan.FromTicks(_again.Count - _open.Count));
            }
        }
    }

    public SendMessage? Next(TimeSpan now, out TimeSpan wait)
    {
        lock (_gate)
        {
            wait = TimeSpan.FromSeconds(1);
            while (_again.TryPeek(out var answered, out _) && !_open.ContainsKey(answered.Id))
            {
                _again.Dequeue();
            }

            var isDue = _again.TryPeek(out var message, out var due) && due <= now;
            if (!isDue && !_fresh.TryPeek(out message))
            {
                wait = _again.Count > 0 && due - now < wait ? due - now : wait;
                return null;
            }

            _cap.Change(RateCap.Lowest(settings.Rate, _adaptive.Limit(now)), now);
            if (_cap.Take(1, now) == 0)
            {
                wait = _cap.NextAt(now) is { } at && at - now < wait ? at - now : wait;
                return null;
            }

            _ = isDue ? _again.Dequeue() : _fresh.Dequeue();
            Count(message!, now);
            return message;
        }
    }

    /// <returns>True for a pending message.</returns>
    public bool Acked(string id)
    {
        lock (_gate)
        {
            return Close(id, ref _acked);
        }
    }

    /// <returns>True when the message is finished.</returns>
    public bool Nacked(string id, string reason, TimeSpan now)
    {
        lock (_gate)
        {
            if (!_open.TryGetValue(id, out var message))
            {
                return false;
            }

            // What peers call it is theirs; the number of names is not.
            var label = NackPayload.Label(reason);
            _nacks[label] = _nacks.GetValueOrDefault(label) + 1;
            if (!settings.Resend || Hopeless.Contains(reason))
            {
                return Close(id, ref _refused);
            }

            _again.Enqueue(message, now + Pause.Delay(message.Sent - 1, Random.Shared.NextDouble()));
            return false;
        }
    }

    public void Slow(TimeSpan now)
    {
        lock (_gate)
        {
            _slow++;
            Forget(now);
            _adaptive.OnSlow(now, _lately.Count);
        }
    }

    public SendSummary Summarize(TimeSpan elapsed, string? error)
    {
        lock (_gate)
        {
            return new SendSummary(
                _sent, _acked, _refused, _sent - _acked - _refused, new SortedDictionary<string, long>(
                    _nacks, StringComparer.Ordinal), _slow, _resent, _badLines, _connections,
                Seconds(elapsed), Seconds(_connected ?? elapsed), error);
        }
    }

    private static double Seconds(TimeSpan time) => Math.Round(time.TotalSeconds, 3);

    private void Count(SendMessage message, TimeSpan now)
    {
        if (message.Sent++ == 0)
        {
            _sent++;
        }
        else
        {
            _resent++;
        }

        Forget(now);
        _lately.Enqueue(now);
    }

    /// <summary>Keeps the times of the last second, whose number is the present rate.</summary>
    private void Forget(TimeSpan now)
    {
        while (_lately.TryPeek(out var at) && now - at > TimeSpan.FromSeconds(1))
        {
            _lately.Dequeue();
        }
    }

    private bool Close(string id, ref long count)
    {
        if (!_open.TryGetValue(id, out var message) || message.Sent == 0)
        {
            return false;
        }

        _open.Remove(id);
        DoneBytes += message.Length;
        count++;
        return true;
    }
}
