using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;

namespace Federation.Actors.IntegrationTests.Support;

/// <summary>A way from a loopback port of its own to another one, that can be shut and opened.</summary>
internal sealed class TcpProxy : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stop = new();
    private readonly ConcurrentDictionary<Socket, byte> _open = new();
    private readonly Task _accepting;
    private readonly int _target;
    private volatile bool _shut;

    private TcpProxy(int target)
    {
        _target = target;
        _listener.Start();
        _accepting = Task.Run(AcceptAsync);
    }

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    public static TcpProxy To(int target) => new(target);

    /// <summary>Cuts what is connected, and whatever tries to connect.</summary>
    public void Shut()
    {
        _shut = true;
        foreach (var socket in _open.Keys)
        {
            socket.Dispose();
        }
    }

    /// <summary>Lets connections through again.</summary>
    public void Open() => _shut = false;

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _listener.Stop();
        Shut();
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
        using var to = new Socket(SocketType.Stream, ProtocolType.Tcp);
        _open[from] = 0;
        _open[to] = 0;
        try
        {
            if (_shut)
            {
                return;
            }

            await to.ConnectAsync(IPAddress.Loopback, _target, _stop.Token);
            using var a = new NetworkStream(from);
            using var b = new NetworkStream(to);
            await Task.WhenAny(a.CopyToAsync(b, _stop.Token), b.CopyToAsync(a, _stop.Token));
        }
        catch (Exception e) when (e is SocketException or IOException or OperationCanceledException or ObjectDisposedException)
        {
            // Cut, by either side or by us.
        }
        finally
        {
            _open.TryRemove(from, out _);
            _open.TryRemove(to, out _);
            from.Dispose();
        }
    }
}
