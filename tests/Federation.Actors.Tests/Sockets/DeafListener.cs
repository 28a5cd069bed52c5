using System.Net;
using System.Net.Sockets;

namespace Federation.Actors.Tests.Sockets;

/// <summary>A listener with a full backlog: the kernel drops what asks for another connection.</summary>
internal sealed class DeafListener : IDisposable
{
    private readonly Socket _listener = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
    private readonly List<Socket> _waiting = [];

    public DeafListener(string address, int port)
    {
        _listener.Bind(new IPEndPoint(IPAddress.Parse(address), port));
        _listener.Listen(0);
        var isFull = false;
        for (var i = 0; i < 20 && !isFull; i++)
        {
            var next = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            _waiting.Add(next);
            next.Blocking = false;
            var connecting = Assert.Throws<SocketException>(() => next.Connect(_listener.LocalEndPoint!));
            Assert.Equal(SocketError.WouldBlock, connecting.SocketErrorCode);
            isFull = !next.Poll(TimeSpan.FromMilliseconds(200), SelectMode.SelectWrite);
        }

        Assert.True(isFull);
    }

    public int Port => ((IPEndPoint)_listener.LocalEndPoint!).Port;

    public void Dispose()
    {
        _waiting.ForEach(static one => one.Dispose());
        _listener.Dispose();
    }
}
