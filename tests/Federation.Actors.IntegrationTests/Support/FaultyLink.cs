using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;

namespace Federation.Actors.IntegrationTests.Support;

/// <summary>
/// A TCP connection's way from a loopback port of its own to another one, which shuts, stalls, delays, cuts in the middle and resets when
/// told to.
/// </summary>
internal sealed class FaultyLink : IAsyncDisposable
{
    private static readonly TimeSpan Delay = TimeSpan.FromMilliseconds(30);
    private static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(5);

    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stop = new();
    private readonly ConcurrentDictionary<Socket, byte> _open = new();
    private readonly Task _accepting;
    private readonly int _target;
    private long _passed;
    private volatile bool _cut;
    private volatile bool _shut;

    private FaultyLink(int target)
    {
        _target = target;
        _listener.Start();
        _accepting = Task.Run(AcceptAsync);
    }

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    /// <summary>Nothing passes, and nobody is told.</summary>
    public bool Stalls { get; set; }

    /// <summary>Every piece takes its time.</summary>
    public bool Delays { get; set; }

    /// <summary>Bytes that have passed, in both directions.</summary>
    public long Passed => Interlocked.Read(ref _passed);

    public static FaultyLink To(int target) => new(target);

    /// <summary>Resets every connection, and refuses new ones until <see cref="Open"/>.</summary>
    public void Shut()
    {
        _shut = true;
        Reset();
    }

    /// <summary>Lets connections through again.</summary>
    public void Open() => _shut = false;

    /// <summary>The next piece is passed on by half, and then the connection is closed.</summary>
    public void CutInTheMiddle() => _cut = true;

    /// <summary>Resets every connection.</summary>
    public void Reset()
    {
        foreach (var socket in _open.Keys)
        {
            try
            {
                socket.LingerState = new LingerOption(true, 0);
                socket.Dispose();
            }
            catch (Exception e) when (e is ObjectDisposedException or SocketException)
            {
                // Gone already.
            }
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _listener.Stop();
        Reset();
        await Task.WhenAny(_accepting);
        _stop.Dispose();
    }

    private async Task AcceptAsync()
    {
        while (true)
        {
            var socket = await _listener.AcceptSocketAsync(_stop.Token);
            _ = Task.Run(() => CarryAsync(socket));
        }
    }

    private async Task CarryAsync(Socket from)
    {
        using var to = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            if (_shut)
            {
                return;
            }

            from.NoDelay = true;
            await to.ConnectAsync(IPAddress.Loopback, _target, _stop.Token);
            _open[from] = 0;
            _open[to] = 0;
            await Task.WhenAny(PassAsync(from, to), PassAsync(to, from));
        }
        catch (Exception e) when (e is SocketException or OperationCanceledException or ObjectDisposedException)
        {
            // Nobody there, or cut.
        }
        finally
        {
            _open.TryRemove(from, out _);
            _open.TryRemove(to, out _);
            from.Dispose();
        }
    }

    private async Task PassAsync(Socket from, Socket to)
    {
        var buffer = new byte[64 * 1024];
        try
        {
            for (int count; (count = await from.ReceiveAsync(buffer, _stop.Token)) > 0;)
            {
                while (Stalls)
                {
                    await Task.Delay(Poll, _stop.Token);
                }

                if (Delays)
                {
                    await Task.Delay(Delay, _stop.Token);
                }

                Interlocked.Add(ref _passed, count);
                if (_cut)
                {
                    _cut = false;
                    await to.SendAsync(buffer.AsMemory(0, count / 2), _stop.Token);
                    return;
                }

                for (var sent = 0; sent < count;)
                {
                    sent += await to.SendAsync(buffer.AsMemory(sent, count - sent), _stop.Token);
                }
            }
        }
        catch (Exception e) when (e is SocketException or OperationCanceledException or ObjectDisposedException)
        {
            // Cut by someone.
        }
    }
}
