using Federation.Actors.Diagnostics;
using Federation.Actors.Protocol;
using Federation.Actors.Security;

namespace Federation.Actors.Sockets;

/// <summary>Returns the credits of a pump later when its peer sends faster than its profile permits. Thread-safe.</summary>
/// <remarks>A batch costs the time in which the peer may send as much. Credits are held back until that time has passed, except for <see
/// cref="BurstTime"/>. A pump has two credits, so that it reads two batches more at once.</remarks>
internal sealed class ReceiveThrottle : IBatchSource, IDisposable
{
    /// <summary>The part of a second whose messages may come at once.</summary>
    public static readonly TimeSpan BurstTime = TimeSpan.FromMilliseconds(100);

    private static readonly TimeSpan LongestPause = TimeSpan.FromHours(1);

    private readonly IBatchSource _pump;
    private readonly PeerPermissions _permissions;
    private readonly TimeProvider _time;
    private readonly double _rate;
    private readonly double _bytesRate;
    private readonly Lock _gate = new();
    private ITimer? _timer;
    private TimeSpan _paid;
    private int _held;
    private bool _isEnded;

    private ReceiveThrottle(IBatchSource pump, PeerPermissions permissions, TimeProvider time)
    {
        (_pump, _permissions, _time) = (pump, permissions, time);
        _rate = permissions.Profile.MaxRate is > 0 and var rate ? rate : double.PositiveInfinity;
        _bytesRate = permissions.Profile.MaxBytesRate is > 0 and var bytes ? bytes : double.PositiveInfinity;
        BatchLimit = (int)Math.Clamp(_rate * BurstTime.TotalSeconds, 1, SocketPump.BatchLimit);
    }

    /// <summary>Maximum number of messages in a batch.</summary>
    public int BatchLimit { get; }

    private TimeSpan Now => _time.GetElapsedTime(0);

    /// <returns>Null when the peer may send at any rate.</returns>
    public static ReceiveThrottle? Of(IBatchSource pump, PeerPermissions? permissions, TimeProvider time) =>
        permissions is { Profile: { MaxRate: > 0 } or { MaxBytesRate: > 0 } } ? new ReceiveThrottle(pump, permissions, time) : null;

    /// <summary>Whether a batch is to be passed on, although more messages have arrived.</summary>
    public bool IsFull(EnvelopeBatch? batch) =>
        batch is not null && (batch.Count >= BatchLimit || batch.Bytes >= _bytesRate * BurstTime.TotalSeconds);

    /// <summary>Charges for a batch: its data and its requests.</summary>
    public void Spend(EnvelopeBatch batch)
    {
        var (count, bytes) = (batch.Count, batch.Bytes);
        foreach (var control in batch.Controls)
        {
            if (control.Type is EnvelopeType.Data or EnvelopeType.Request)
            {
                (count, bytes) = (count + 1, bytes + control.Length);
            }
        }

        lock (_gate)
        {
            var now = Now;
            _paid = (_paid > now ? _paid : now) + TimeSpan.FromSeconds(Math.Max(count / _rate, bytes / _bytesRate));
        }
    }

    public void ReturnCredit()
    {
        lock (_gate)
        {
            var pause = _paid - BurstTime - Now;
            if (pause > TimeSpan.Zero && !_isEnded)
            {
                _held++;
                Wait(pause);
                _permissions.Deny(DenialReason.Rate, $"the node reads later, because the profile {_permissions.Profile.Name} permits "
                    + Limits());
                return;
            }
        }

        _pump.ReturnCredit();
    }

    /// <summary>Holds back nothing any more.</summary>
    public void Dispose()
    {
        lock (_gate)
        {
            _isEnded = true;
            _timer?.Dispose();
        }
    }

    private void Wait(TimeSpan pause)
    {
        pause = pause < LongestPause ? pause : LongestPause;
        _timer ??= _time.CreateTimer(
            static state => ((ReceiveThrottle)state!).Release(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        _timer.Change(pause, Timeout.InfiniteTimeSpan);
    }

    private void Release()
    {
        int held;
        lock (_gate)
        {
            var pause = _paid - BurstTime - Now;
            if (pause > TimeSpan.Zero && !_isEnded)
            {
                Wait(pause);
                return;
            }

            (held, _held) = (_held, 0);
        }

        for (; held > 0; held--)
        {
            _pump.ReturnCredit();
        }
    }

    private string Limits() => (double.IsFinite(_rate), double.IsFinite(_bytesRate)) switch
    {
        (true, true) => FormattableString.Invariant($"{_rate} messages and {_bytesRate} bytes a second"),
        (true, false) => FormattableString.Invariant($"{_rate} messages a second"),
        _ => FormattableString.Invariant($"{_bytesRate} bytes a second"),
    };
}
