using System.Collections.Concurrent;

namespace Federation.Actors.Sockets;

/// <summary>Pings the silent sockets of one endpoint, and ends those that stay silent or take too long for a message, with one timer.
/// Thread-safe.</summary>
/// <remarks><para>The pong deadline of System.Net.WebSockets is not used: only a pong meets it, and only while someone reads. It would
/// cut a healthy peer whose connection is held up by a full queue. It also needs a timer per socket.</para>
/// <para>A lost peer is cut within <c>keepalive_interval + keepalive_timeout</c>: the ping leaves two sweeps early, so that the deadline
/// may be noticed one sweep late and the pong has its whole timeout. The same applies to a peer that reads nothing while our unsent
/// answers stop us from reading.</para></remarks>
internal sealed class KeepAliveSweep : IDisposable
{
    private const int SweepsPerPeriod = 8;

    /// <summary>Each ping in flight takes 4 KiB of Kestrel's, kept for long: pinged all at once, 5,000 idle connections used 1.0 KB more
    /// each (2026-11).</summary>
    private const int PingsAtOnce = 128;

    private static readonly TimeSpan Breath = TimeSpan.FromMilliseconds(5);

    private readonly ConcurrentDictionary<WebSocketPeerSocket, bool> _watched = new();
    private readonly TimeProvider _time;
    private readonly ITimer _timer;
    private readonly TimeSpan _period;
    private readonly long _pingAfter;
    private readonly long _goneAfter;
    private readonly string _gone;
    private readonly long _expiredAfter;
    private readonly byte[] _ping;
    private IEnumerator<KeyValuePair<WebSocketPeerSocket, bool>>? _sweep;
    private int _armed;
    private volatile bool _disposed;

    public KeepAliveSweep(ConnectionSettings settings, TimeProvider time, bool masked = false)
    {
        _ping = masked ? [0x89, 0x80, 0, 0, 0, 0] : [0x89, 0x00];
        _time = time;
        var shorter = Math.Min(settings.KeepAliveInterval.Ticks, settings.KeepAliveTimeout.Ticks);
        _period = TimeSpan.FromTicks(Math.Min(shorter / SweepsPerPeriod, TimeSpan.TicksPerSecond));
        _pingAfter = Timestamps(settings.KeepAliveInterval - (2 * _period));
        _goneAfter = Timestamps(settings.KeepAliveTimeout);
        _gone = $"it did not answer a ping within {settings.KeepAliveTimeout.TotalSeconds:0.###} s";
        _expiredAfter = Timestamps(settings.MessageTimeout);
        _timer = time.CreateTimer(
            static state => ((KeepAliveSweep)state!).Sweep(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    public void Add(WebSocketPeerSocket socket)
    {
        _watched[socket] = true;
        if (_disposed)
        {
            Cut(socket);
        }

        Arm();
    }

    public void Remove(WebSocketPeerSocket socket) => _watched.TryRemove(socket, out _);

    /// <summary>Stops, and cuts the remaining sockets.</summary>
    public void Dispose()
    {
        _disposed = true;
        _timer.Dispose();
        foreach (var socket in _watched.Keys)
        {
            Cut(socket);
        }
    }

    // And disposes it: whoever is to own it may be gone already.
    private static void Cut(WebSocketPeerSocket socket)
    {
        socket.Abort();
        _ = socket.DisposeAsync().AsTask();
    }

    private void Arm()
    {
        if (Interlocked.Exchange(ref _armed, 1) == 0)
        {
            Wait(_period);
        }
    }

    private void Wait(TimeSpan time)
    {
        if (!_disposed)
        {
            _timer.Change(time, Timeout.InfiniteTimeSpan);
        }
    }

    private void Sweep()
    {
        _sweep ??= _watched.GetEnumerator();
        if (!TryEnd(_sweep))
        {
            Wait(Breath);
            return;
        }

        _sweep.Dispose();
        _sweep = null;
        Volatile.Write(ref _armed, 0);
        if (!_watched.IsEmpty)
        {
            Arm();
        }
    }

    /// <returns>False when the maximum number of pings is in flight.</returns>
    private bool TryEnd(IEnumerator<KeyValuePair<WebSocketPeerSocket, bool>> sweep)
    {
        var now = _time.GetTimestamp();
        var pings = 0;
        while (sweep.MoveNext())
        {
            var socket = sweep.Current.Key;
            if (socket.BegunSince is > 0 and var begun && now - begun >= _expiredAfter)
            {
                socket.Expire();
            }

            switch (socket.LookForSilence(now, _pingAfter, _goneAfter))
            {
                case SilenceVerdict.Ping:
                    socket.Ping(_ping);
                    if (++pings == PingsAtOnce)
                    {
                        return false;
                    }

                    break;
                case SilenceVerdict.Gone:
                    socket.Abort(_gone);
                    break;
                default:
                    break;
            }
        }

        return true;
    }

    private long Timestamps(TimeSpan span) => (long)(span.TotalSeconds * _time.TimestampFrequency);
}
