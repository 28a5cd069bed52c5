using System.Net;
using System.Net.Sockets;
using Federation.Actors.Diagnostics;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Federation.Actors.Sockets.Kestrel;

/// <summary>Kestrel's sockets, accepted only while there is room: further ones wait in the kernel's backlog.</summary>
/// <remarks><para>Two bounds: the number of open connections without a <see cref="Release"/>, and the last <see
/// cref="DescriptorBudget.Reserve"/> descriptors of the process. Without descriptors Kestrel accepts in a loop that never waits, no file
/// or connection can be opened, and the runtime may end the process.</para>
/// <para>A system assigns the lowest free descriptor, so the number of a new one shows how many are in use.</para></remarks>
internal sealed class PacedTransport(
    int maxOpen, ILoggerFactory loggers, long? descriptors) : IConnectionListenerFactory, IConnectionListenerFactorySelector, IDisposable
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);

    private const string Short =
        "New connections wait: {InUse} descriptors are in use, and the last {Reserve} are reserved for files and other connections";

    private readonly SocketTransportFactory _sockets = new SocketTransportFactory(Options.Create(new SocketTransportOptions()), loggers);
    private readonly ILogger _log = loggers.CreateLogger<PacedTransport>();
    private readonly SemaphoreSlim _room = new SemaphoreSlim(maxOpen);
    private readonly long _lastDescriptor = descriptors is { } limit ? limit - DescriptorBudget.Reserve : long.MaxValue;
    private int _maxOpen = maxOpen;
    private long _warnedAt;

    /// <summary>A connection has ended, or is counted elsewhere. Once for each.</summary>
    public void Release() => _room.Release();

    /// <summary>Raises the bound. Not thread-safe.</summary>
    public void AllowOpen(int maxOpen)
    {
        if (maxOpen > _maxOpen)
        {
            _room.Release(maxOpen - _maxOpen);
            _maxOpen = maxOpen;
        }
    }

    public bool CanBind(EndPoint endpoint) => _sockets.CanBind(endpoint);

    public async ValueTask<IConnectionListener> BindAsync(EndPoint endpoint, CancellationToken cancellationToken = default) =>
        new PacedListener(this, await _sockets.BindAsync(endpoint, cancellationToken));

    public void Dispose() => _room.Dispose();

    private async ValueTask<ConnectionContext?> AcceptAsync(IConnectionListener sockets, CancellationToken cancel)
    {
        await _room.WaitAsync(cancel);
        using var pause = new PeriodicTimer(Pause, Clock.System.Time);
        while (await sockets.AcceptAsync(cancel) is { } connection)
        {
            if (connection.Features.Get<IConnectionSocketFeature>()?.Socket is not { } socket || DescriptorOf(socket) < _lastDescriptor)
            {
                return connection;
            }

            connection.Abort(new ConnectionAbortedException("the process has too few descriptors left"));
            await connection.DisposeAsync();
            Warn();
            await pause.WaitForNextTickAsync(cancel);
        }

        return null;
    }

    private static long DescriptorOf(Socket socket) => OperatingSystem.IsWindows() ? 0 : socket.Handle;

    private void Warn()
    {
        // Any thread may win: one line a second is enough.
        var now = Clock.System.Elapsed.Ticks;
        var last = Interlocked.Read(ref _warnedAt);
        if (now - last >= TimeSpan.TicksPerSecond && Interlocked.CompareExchange(ref _warnedAt, now, last) == last)
        {
            _log.LogWarning(LogEvents.DescriptorsShort.Id, Short, _lastDescriptor, DescriptorBudget.Reserve);
        }
    }

    private sealed class PacedListener(PacedTransport transport, IConnectionListener sockets) : IConnectionListener
    {
        private readonly CancellationTokenSource _unbound = new();

        public EndPoint EndPoint => sockets.EndPoint;

        public async ValueTask<ConnectionContext?> AcceptAsync(CancellationToken cancellationToken = default)
        {
            try
            {
                return await transport.AcceptAsync(sockets, _unbound.Token);
            }
            catch (OperationCanceledException)
            {
                return null;
            }
        }

        public async ValueTask UnbindAsync(CancellationToken cancellationToken = default)
        {
            await _unbound.CancelAsync();
            await sockets.UnbindAsync(cancellationToken);
        }

        public async ValueTask DisposeAsync()
        {
            await sockets.DisposeAsync();
            _unbound.Dispose();
        }
    }
}

/// <summary>The place of one connection among the pending ones of a <see cref="PacedTransport"/>.</summary>
/// <remarks>A feature of the connection where TLS, for example, may end it before <see cref="ConnectionHandover"/>.
/// Thread-safe.</remarks>
internal sealed class PendingPlace(PacedTransport transport)
{
    private int _released;

    public void Release()
    {
        if (Interlocked.Exchange(ref _released, 1) == 0)
        {
            transport.Release();
        }
    }

    /// <summary>Returns the connection's own place, or one without owner.</summary>
    public static void Release(ConnectionContext connection, PacedTransport transport)
    {
        if (connection.Features.Get<PendingPlace>() is { } place)
        {
            place.Release();
        }
        else
        {
            transport.Release();
        }
    }

    public static async Task RunAsync(ConnectionDelegate next, ConnectionContext connection, PacedTransport transport)
    {
        var place = new PendingPlace(transport);
        connection.Features.Set(place);
        try
        {
            await next(connection);
        }
        finally
        {
            place.Release();
        }
    }
}
