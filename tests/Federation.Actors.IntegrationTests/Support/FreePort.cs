using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;

namespace Federation.Actors.IntegrationTests.Support;

/// <summary>Ports for programs that cannot say which one the system has handed them out. Thread-safe.</summary>
internal static class FreePort
{
    // A socket that is bound and does not listen keeps the system from handing out its port again, and lets one program listen on it.
    private static readonly ConcurrentBag<Socket> Reserved = [];

    /// <summary>A port that the system hands out to nobody else until the tests end.</summary>
    public static int Take()
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        Reserved.Add(socket);
        return ((IPEndPoint)socket.LocalEndPoint!).Port;
    }
}
