using System.Net.Sockets;

namespace Federation.Actors.Sockets;

/// <summary>The kernel's probes for lost hosts.</summary>
/// <remarks>While backpressure stops reading and writing, pongs cannot be seen. The other end's kernel answers these probes.</remarks>
internal static class TcpProbes
{
    private const int Count = 3;

    public static void Enable(Socket socket, ConnectionSettings settings)
    {
        if (socket.ProtocolType != ProtocolType.Tcp)
        {
            return;
        }

        try
        {
            socket.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.KeepAlive, true);
            socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveTime, Seconds(settings.KeepAliveInterval));
            socket.SetSocketOption(
                SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveInterval, Seconds(settings.KeepAliveTimeout / Count));
            socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveRetryCount, Count);
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // Gone already; the first read says so.
        }
    }

    private static int Seconds(TimeSpan span) => Math.Max(1, (int)span.TotalSeconds);
}
