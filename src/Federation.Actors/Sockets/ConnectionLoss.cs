using System.Net.Sockets;
using System.Net.WebSockets;

namespace Federation.Actors.Sockets;

/// <summary>Why a connection was lost, in words of our own: those of the platform differ by the layer that fails first.</summary>
internal static class ConnectionLoss
{
    public static string Describe(Exception error) => error.GetBaseException() switch
    {
        SocketException { SocketErrorCode: SocketError.ConnectionReset } => "the connection was reset",
        SocketException { SocketErrorCode: SocketError.TimedOut } => "the connection timed out",
        SocketException { SocketErrorCode: var code } => $"the connection was lost ({code})",
        OperationCanceledException or ObjectDisposedException => "the connection was aborted",
        WebSocketException or IOException => "the connection ended without a close frame",
        var other => $"the connection was lost ({other.GetType().Name})",
    };
}
