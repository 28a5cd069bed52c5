using System.Net.WebSockets;
using System.Text;

namespace Federation.Actors.Tests.Transport;

/// <summary>What a fake peer sends: a message, a part of one, or its close frame.</summary>
/// <param name="Bytes">The part's bytes.</param>
/// <param name="IsLast">True when the message ends here.</param>
/// <param name="IsClose">True for a close frame.</param>
/// <param name="Status">The close frame's status, when it has one.</param>
internal sealed record FakeFrame(ReadOnlyMemory<byte> Bytes, bool IsLast, bool IsClose = false, WebSocketCloseStatus? Status = null)
{
    public static implicit operator FakeFrame(string message) => new(Encoding.UTF8.GetBytes(message), IsLast: true);

    public static FakeFrame Part(string text) => new(Encoding.UTF8.GetBytes(text), IsLast: false);

    public static FakeFrame Close(WebSocketCloseStatus? status = null) => new(ReadOnlyMemory<byte>.Empty, IsLast: true, IsClose: true, status);
}
