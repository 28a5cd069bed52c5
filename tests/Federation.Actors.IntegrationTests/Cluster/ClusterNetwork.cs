using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Federation.Actors.IntegrationTests.Support;

namespace Federation.Actors.IntegrationTests.Cluster;

/// <summary>
/// The network between the nodes of a cluster, and of nothing else: each node gives out an address here in place of its own, so that no
/// node reaches another one but through here. A node can be cut off: from then on nothing passes from it or to it, and nobody is told, as
/// when a switch has failed.
/// </summary>
/// <remarks>
/// A connection's way in says whom it is for. Whom it is from is in its first bytes, with which Akka's remoting says the address of its
/// node; so each node has a host of its own, all of them of this machine. No privileges are needed, unlike for namespaces and firewalls.
/// </remarks>
internal sealed class ClusterNetwork : IAsyncDisposable
{
    private const int Nobody = -1;

    private static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(5);

    private readonly CancellationTokenSource _stop = new();
    private readonly TcpListener[] _entries;
    private readonly byte[][] _hosts;
    private readonly int[] _ports;
    private readonly ConcurrentDictionary<Socket, byte> _open = new();
    private readonly Task[] _accepting;
    private volatile int _cutOff = Nobody;
    private int _held;
    private int _strangers;

    /// <param name="nodes">How many there are: at most 9, so that no host is the beginning of another.</param>
    public ClusterNetwork(int nodes)
    {
        _entries = [.. Enumerable.Range(0, nodes).Select(static node => new TcpListener(IPAddress.Parse(HostOf(node)), 0))];
        _hosts = [.. Enumerable.Range(0, nodes).Select(static node => Encoding.ASCII.GetBytes(HostOf(node)))];
        _ports = [.. Enumerable.Range(0, nodes).Select(static _ => FreePort.Take())];
        foreach (var entry in _entries)
        {
            entry.Start();
        }

        Addresses = [.. _entries.Select(static entry => entry.LocalEndpoint.ToString()!)];
        _accepting = [.. Enumerable.Range(0, nodes).Select(node => Task.Run(() => AcceptAsync(node)))];
    }

    /// <summary>Where nodes reach each other.</summary>
    public IReadOnlyList<string> Addresses { get; }

    /// <summary>Where a node has to listen.</summary>
    public IReadOnlyList<int> Ports => _ports;

    /// <summary>Pieces and connections that were kept from a node that was cut off, or from the others.</summary>
    public int Held => Volatile.Read(ref _held);

    /// <summary>Connections of which it could not be told which node made them; none of them is let through.</summary>
    public int Strangers => Volatile.Read(ref _strangers);

    /// <summary>Nothing passes between this node and the others any more; what is open stays so.</summary>
    public void CutOff(int node) => _cutOff = node;

    /// <summary>All is as before. What was on its way when the cable was out comes in late.</summary>
    public void Mend() => _cutOff = Nobody;

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        foreach (var entry in _entries)
        {
            entry.Stop();
        }

        foreach (var socket in _open.Keys)
        {
            socket.Dispose();
        }

        await Task.WhenAll(_accepting.Select(static accepting => Task.WhenAny(accepting)));
        _stop.Dispose();
    }

    private static string HostOf(int node) => string.Create(CultureInfo.InvariantCulture, $"127.0.1.{node + 1}");

    private async Task AcceptAsync(int node)
    {
        while (true)
        {
            var socket = await _entries[node].AcceptSocketAsync(_stop.Token);
            _ = Task.Run(() => CarryAsync(socket, node));
        }
    }

    private async Task CarryAsync(Socket from, int node)
    {
        using var to = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        _open[from] = 0;
        _open[to] = 0;
        try
        {
            from.NoDelay = true;
            var first = new byte[4096];
            var count = await from.ReceiveAsync(first, _stop.Token);
            var origin = Array.FindIndex(_hosts, host => first.AsSpan(0, count).IndexOf(host) >= 0);
            if (origin == Nobody)
            {
                Interlocked.Add(ref _strangers, count == 0 ? 0 : 1);
                return;
            }

            await PassableAsync(origin, node);
            await to.ConnectAsync(IPAddress.Loopback, _ports[node], _stop.Token);
            await to.SendAsync(first.AsMemory(0, count), _stop.Token);
            await Task.WhenAny(PassAsync(from, to, origin, node), PassAsync(to, from, origin, node));
        }
        catch (Exception e) when (e is SocketException or OperationCanceledException or ObjectDisposedException)
        {
            // Nobody there, or the end of the test.
        }
        finally
        {
            _open.TryRemove(from, out _);
            _open.TryRemove(to, out _);
            from.Dispose();
        }
    }

    private async Task PassAsync(Socket from, Socket to, int one, int other)
    {
        var buffer = new byte[64 * 1024];
        try
        {
            int count;
            do
            {
                try
                {
                    count = await from.ReceiveAsync(buffer, _stop.Token);
                }
                catch (SocketException)
                {
                    // Reset, which is kept back like all else.
                    count = 0;
                }

                await PassableAsync(one, other);
                for (var sent = 0; sent < count;)
                {
                    sent += await to.SendAsync(buffer.AsMemory(sent, count - sent), _stop.Token);
                }
            }
            while (count > 0);
        }
        catch (Exception e) when (e is SocketException or OperationCanceledException or ObjectDisposedException)
        {
            // Closed by the other end.
        }
    }

    private async Task PassableAsync(int one, int other)
    {
        if (IsCut(one, other))
        {
            Interlocked.Increment(ref _held);
        }

        while (IsCut(one, other))
        {
            await Task.Delay(Poll, _stop.Token);
        }
    }

    private bool IsCut(int one, int other) => _cutOff is var node && one != other && (node == one || node == other);
}
