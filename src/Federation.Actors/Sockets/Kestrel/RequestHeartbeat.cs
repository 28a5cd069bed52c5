using System.Collections.Concurrent;
using Microsoft.AspNetCore.Connections;

namespace Federation.Actors.Sockets.Kestrel;

/// <summary>Beats once a second for connections that are serving requests, whose timeouts Kestrel's HTTP layer looks at then.</summary>
/// <remarks>
/// Kestrel's own heartbeat keeps what is registered with it as long as the connection lives: 0.2 KB for each idle one. Thread-safe.
/// </remarks>
internal sealed class RequestHeartbeat : IDisposable
{
    // As often as Kestrel's own.
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    private readonly ConcurrentDictionary<ConnectionContext, Action> _beats = new();
    private readonly ITimer _timer;
    private int _beating;

    /// <param name="time">The clock.</param>
    public RequestHeartbeat(TimeProvider time) => _timer = time.CreateTimer(static state => ((RequestHeartbeat)state!).Beat(), this, Interval, Interval);

    /// <summary>From now on a connection is told.</summary>
    /// <param name="connection">The connection. It is cut when <paramref name="beat"/> throws.</param>
    /// <param name="beat">Called from any thread, never twice at a time, and perhaps once more after <see cref="Remove"/>.</param>
    public void Add(ConnectionContext connection, Action beat) => _beats[connection] = beat;

    /// <summary>A connection is told no more.</summary>
    public void Remove(ConnectionContext connection) => _beats.TryRemove(connection, out _);

    /// <inheritdoc />
    public void Dispose() => _timer.Dispose();

    private void Beat()
    {
        if (Interlocked.Exchange(ref _beating, 1) == 1)
        {
            return;
        }

        foreach (var (connection, beat) in _beats)
        {
            try
            {
                beat();
            }
            catch (Exception failure) when (failure is not OutOfMemoryException)
            {
                Remove(connection);
                connection.Abort(new ConnectionAbortedException("its timeouts cannot be looked at", failure));
            }
        }

        Volatile.Write(ref _beating, 0);
    }
}
