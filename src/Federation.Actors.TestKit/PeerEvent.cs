using System.Net.WebSockets;
using System.Text;
using Federation.Actors.Sockets;

namespace Federation.Actors.TestKit;

internal abstract record PeerEvent
{
    /// <summary>What a binary message begins with, before its bytes as hexadecimal digits.</summary>
    public const string Binary = "0x";

    /// <summary>The node wrote texts in one write. The peer has not read them yet.</summary>
    public sealed record Written(IReadOnlyList<string> Texts) : PeerEvent;

    public sealed record Got(string Text) : PeerEvent
    {
        public override string ToString() => Text;
    }

    public sealed record Closed(int Code, string Description) : PeerEvent
    {
        public override string ToString() => $"close {Code} \"{Description}\"";
    }

    public sealed record Lost : PeerEvent
    {
        public override string ToString() => "the end of the connection without a close";
    }

    public sealed record Disposed : PeerEvent;
}

/// <summary>A message of a peer, a part of one, or its close frame.</summary>
/// <param name="IsLast">True when the message ends here.</param>
internal sealed record MemoryFrame(ReadOnlyMemory<byte> Bytes, bool IsLast, bool IsClose = false, WebSocketCloseStatus? Status = null)
{
    public bool IsText { get; init; } = true;

    public string CloseText { get; init; } = "";

    public PumpViolation? Violation { get; init; }

    public static implicit operator MemoryFrame(string message) => new(Encoding.UTF8.GetBytes(message), IsLast: true);

    public static MemoryFrame Part(string text) => new(Encoding.UTF8.GetBytes(text), IsLast: false);

    public static MemoryFrame Close(WebSocketCloseStatus? status = null, string text = "") =>
        new(ReadOnlyMemory<byte>.Empty, IsLast: true, IsClose: true, status) { CloseText = text };
}
