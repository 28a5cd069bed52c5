using System.Net.Sockets;
using System.Net.WebSockets;
using Federation.Actors.Sockets;
using Microsoft.AspNetCore.Connections;

namespace Federation.Actors.Tests.Sockets;

public sealed class ConnectionLossTests
{
    public static TheoryData<Exception, string> Losses => new()
    {
        {
            new WebSocketException("x", new ConnectionResetException("reset by peer", Of(SocketError.ConnectionReset))),
            "the connection was reset"
        },
        { new IOException("x", Of(SocketError.TimedOut)), "the connection timed out" },
        { new IOException("x", Of(SocketError.HostUnreachable)), "the connection was lost (HostUnreachable)" },
        { new WebSocketException(WebSocketError.ConnectionClosedPrematurely), "the connection ended without a close frame" },
        { new IOException("unexpected EOF"), "the connection ended without a close frame" },
        { new ConnectionAbortedException("The connection was aborted by the application."), "the connection was aborted" },
        { new ObjectDisposedException("socket"), "the connection was aborted" },
        { new InvalidOperationException("a text of the platform"), "the connection was lost (InvalidOperationException)" },
    };

    [Theory]
    [MemberData(nameof(Losses))]
    public void A_loss_is_described_without_the_words_of_the_platform(Exception error, string expected) =>
        Assert.Equal(expected, ConnectionLoss.Describe(error));

    private static SocketException Of(SocketError code) => new((int)code);
}
