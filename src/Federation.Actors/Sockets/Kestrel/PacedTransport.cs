using System.Net;
using System.Net.Sockets;
using Federation.Actors.Diagnostics;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Federation.Actors.Sockets.Kestrel;

/// <summary>Kestrel's sockets, accepted no faster than there is room for them: newcomers wait in the kernel's backlog.</summary>
/// <remarks>
/// <para>
/// Two bounds. So many connections may be open at once that have not been let go with <see cref="Release"/>. And the last
/// <see cref="DescriptorBudget.Reserve"/> descriptors of the process are for others: without any left Kestrel accepts in a loop that never waits, nothing can
/// be read from a file or dialled, and the runtime may end the process.
/// </para>
/// <para>
/// A system hands out the lowest free descriptor, so the number of a new one says how many are in use, at no cost.
/// </para>
/// </remarks>
internal sealed class PacedTransport : IConnectionListenerFactory, IConnectionListenerFactorySelector, IDisposable
{
    /// <summary>Between two attempts while there are too few descriptors.</summary>
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);

    private const string Short = "Connections are not accepted: {InUse} descriptors are in use, the last {Reserve} are kept for files and other connections";

    private readonly SocketTransportFactory _sockets;
    private readonly ILogger _log;
    private readonly SemaphoreSlim _room;
    private readonly long _lastDescriptor;
    private int _maxOpen;
    private long _warnedAt;

    /// <param name="maxOpen">Connections that may be open at once without having been let go.</param>
    /// <param name="loggers">Where a shortage of descriptors is reported.</param>
    /// <param name="descriptors">Descriptors the process may have; null: unknown.</param>
    public PacedTransport(int maxOpen, ILoggerFactory loggers, long? descriptors)
    {
        _sockets = new SocketTransportFactory(Options.Create(new SocketTransportOptions()), loggers);
        _log = loggers.CreateLogger<PacedTransport>();
        _maxOpen = maxOpen;
        _room = new SemaphoreSlim(maxOpen);
        _lastDescriptor = descriptors is { } limit ? limit - DescriptorBudget.Reserve : long.MaxValue;
    }

    /// <summary>A connection has ended, or is counted elsewhere from now on. Once for each.</summary>
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

    /// <inheritdoc />
    public bool CanBind(EndPoint endpoint) => _sockets.CanBind(endpoint);

    /// <inheritdoc />
    public async ValueTask<IConnectionListener> BindAsync(EndPoint endpoint, CancellationToken cancellationToken = default) =>
        new PacedListener(this, await _sockets.BindAsync(endpoint, cancellationToken));

    /// <inheritdoc />
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
