using System.Net.WebSockets;
using System.Text;
using Federation.Actors.Sockets;

namespace Federation.Actors.Tests.Sockets;

/// <summary>What a fake peer sends: a message, a part of one, or its close frame.</summary>
/// <param name="Bytes">The part's bytes.</param>
/// <param name="IsLast">True when the message ends here.</param>
/// <param name="IsClose">True for a close frame.</param>
/// <param name="Status">The close frame's status, when it has one.</param>
internal sealed record FakeFrame(ReadOnlyMemory<byte> Bytes, bool IsLast, bool IsClose = false, WebSocketCloseStatus? Status = null)
{
    /// <summary>False for a part of a binary message.</summary>
    public bool IsText { get; init; } = true;

    /// <summary>What the peer has done wrong instead of closing.</summary>
    public PumpViolation? Violation { get; init; }

    public static implicit operator FakeFrame(string message) => new(Encoding.UTF8.GetBytes(message), IsLast: true);

    public static FakeFrame Part(string text) => new(Encoding.UTF8.GetBytes(text), IsLast: false);

    public static FakeFrame Close(WebSocketCloseStatus? status = null) => new(ReadOnlyMemory<byte>.Empty, IsLast: true, IsClose: true, status);
}
