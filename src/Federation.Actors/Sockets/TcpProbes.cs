using System.Net.Sockets;

namespace Federation.Actors.Sockets;

/// <summary>The kernel's own search for hosts that are gone.</summary>
/// <remarks>
/// While backpressure keeps us from reading, no pong can be seen. Then nothing is sent either, and the kernel's probes, which the other
/// end's kernel answers, find the host that is gone.
/// </remarks>
internal static class TcpProbes
{
    private const int Count = 3;

    /// <summary>Turns them on, with the keep-alive's times rounded to seconds, which is what the kernel counts in.</summary>
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
