using Akka.Actor;
using Federation.Actors.Diagnostics;
using NATS.Client.Core;

namespace Federation.Actors.Nats;

/// <summary>One connection to NATS, until its loss, with errors and PONGs in the order in which the server sent them.</summary>
/// <remarks><para>The client library would reconnect, and first send the rest of the old connection's buffer: old messages before the
/// republished ones, and old PINGs whose PONGs would count for later ones. Reconnecting is therefore refused, and the owner makes a new
/// one.</para>
/// <para><see cref="Ping"/> writes every PING, also for the keep-alive, except for the first, which the library writes behind its
/// CONNECT. The number of a PING is therefore the number of its PONG. Thread-safe.</para></remarks>
internal sealed class OrderedConnection : IAsyncDisposable
{
    /// <summary>Keep-alive PINGs without a PONG until the connection counts as lost; the library's default.</summary>
    private const int MostUnanswered = 2;

    private readonly NatsServers _servers;
    private readonly Action<string> _lost;
    private readonly ITimer _keepAlive;
    private readonly TimeSpan _interval;
    private readonly Lock _pinging = new();
    private long _pings = 1;
    private int _unanswered;
    private string _lastError = "";

    /// <param name="errors">Receives each error of the server and the number of PONGs before it. On the reading thread; must not
    /// wait.</param>
    /// <param name="pongs">Receives the number of each PONG, after all errors before it. On the reading thread; must not wait.</param>
    /// <param name="lost">Receives one sentence without secrets when the connection is lost; perhaps several times.</param>
    public OrderedConnection(
        NatsOpts options, NatsServers servers, Action<string, long> errors, Action<long> pongs, Action<string> lost, TimeProvider time)
    {
        _servers = servers;
        _lost = lost;
        _interval = options.PingInterval;
        Connection = new NatsConnection(options with { PingInterval = TimeSpan.Zero });
        ServerProtocolReader? reader = null;
        ServerSockets.Use(Connection, servers, () =>
        {
            return reader = reader is not null
                ? throw new InvalidOperationException("one socket, one connection")
                : new ServerProtocolReader(text => Note(text, errors, reader!), number => Note(number, pongs));
        });
        Connection.ConnectionDisconnected += (_, _) =>
        {
            servers.Learn(Connection.ServerInfo);
            _lost(Reason(" has closed the connection or is unavailable"));
            return ValueTask.CompletedTask;
        };
        _keepAlive = time.CreateTimer(_ => KeepAlive(), state: null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    /// <summary>Only this object may send a PING on it.</summary>
    public NatsConnection Connection { get; }

    public string Server => Connection.ServerInfo is { } info ? $"NATS {info.Version} at {info.Host}:{info.Port}" : "NATS";

    /// <exception cref="NatsException">No server accepts the connection.</exception>
    public async Task ConnectAsync()
    {
        await Connection.ConnectAsync();
        _servers.Learn(Connection.ServerInfo);
        _keepAlive.Change(_interval, _interval);
    }

    /// <summary>Writes a PING behind everything published before.</summary>
    /// <returns>The number of its PONG.</returns>
    public long Ping()
    {
        lock (_pinging)
        {
            // Under the lock, so that they are numbered in the order in which the library writes them.
            _ = ObserveAsync(Connection.PingAsync());
            return ++_pings;
        }
    }

    /// <summary>As <see cref="Ping"/>; completes when the PONG has come.</summary>
    /// <exception cref="Exception">The connection is lost.</exception>
    public async Task<long> PingAsync(CancellationToken cancel)
    {
        ValueTask<TimeSpan> pong;
        long number;
        lock (_pinging)
        {
            pong = Connection.PingAsync(CancellationToken.None);
            number = ++_pings;
        }

        await pong.AsTask().WaitAsync(cancel);
        return number;
    }

    public async ValueTask DisposeAsync()
    {
        await _keepAlive.DisposeAsync();
        await Connection.DisposeAsync();
    }

    private void Note(string error, Action<string, long> errors, ServerProtocolReader reader)
    {
        if (NatsRefusal.Parse(error) is null)
        {
            // One that ends the connection.
            _lastError = error;
        }

        errors(error, reader.Pongs);
    }

    private void Note(long pong, Action<long> pongs)
    {
        Volatile.Write(ref _unanswered, 0);
        pongs(pong);
    }

    private void KeepAlive()
    {
        if (Interlocked.Increment(ref _unanswered) > MostUnanswered)
        {
            _lost(Server + " does not answer or is unavailable");
        }
        else
        {
            Ping();
        }
    }

    private async Task ObserveAsync(ValueTask<TimeSpan> pong)
    {
        try
        {
            await pong;
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            _lost(e is OperationCanceledException ? Reason(" does not answer or is unavailable") : NatsProblem.Describe(e));
        }
    }

    /// <summary>The server's last error before it closed the connection, if any.</summary>
    private string Reason(string otherwise) =>
        _lastError.Length > 0 ? $"{Server} has closed the connection: {_lastError}" : Server + otherwise;
}
