using System.Net;
using System.Net.Sockets;

namespace Federation.Actors.Benchmarks.Link;

/// <summary>A loopback port that forwards to another one and counts the bytes, outside the processes that are measured.</summary>
internal sealed class Relay : IDisposable
{
    private const int BufferLength = 256 * 1024;

    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly int _target;
    private readonly List<Socket> _sockets = [];
    private long _there;
    private long _back;

    /// <param name="target">The port that connections are forwarded to.</param>
    public Relay(int target)
    {
        _target = target;
        _listener.Start();
        Start(Accept);
    }

    /// <summary>The port to connect to.</summary>
    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    /// <summary>Bytes towards the target so far, of all connections.</summary>
    public long There => Interlocked.Read(ref _there);

    /// <summary>Bytes from the target so far.</summary>
    public long Back => Interlocked.Read(ref _back);

    public void Dispose()
    {
        _listener.Stop();
        lock (_sockets)
        {
            _sockets.ForEach(static socket => socket.Dispose());
        }
    }

    private static void Start(Action run) => new Thread(() =>
    {
        try
        {
            run();
        }
        catch (Exception end) when (end is SocketException or ObjectDisposedException or InvalidOperationException)
        {
            // One of the ends has closed, or the race is over.
        }
    }) { IsBackground = true }.Start();

    private void Accept()
    {
        while (true)
        {
            var near = _listener.AcceptSocket();
            var far = new Socket(SocketType.Stream, ProtocolType.Tcp);
            far.Connect(IPAddress.Loopback, _target);
            (near.NoDelay, far.NoDelay) = (true, true);
            lock (_sockets)
            {
                _sockets.AddRange([near, far]);
            }

            Start(() => Forward(near, far, ref _there));
            Start(() => Forward(far, near, ref _back));
        }
    }

    private static void Forward(Socket from, Socket to, ref long count)
    {
        var buffer = new byte[BufferLength];
        using (from)
        using (to)
        {
            while (from.Receive(buffer) is > 0 and var length)
            {
                Interlocked.Add(ref count, length);
                for (var span = buffer.AsSpan(0, length); span.Length > 0;)
                {
                    span = span[to.Send(span)..];
                }
            }
        }
    }
}
