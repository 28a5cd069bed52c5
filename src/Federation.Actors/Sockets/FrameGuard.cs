using System.Buffers.Binary;
using System.Net.WebSockets;
using System.Text.Unicode;

namespace Federation.Actors.Sockets;

/// <summary>Walks the frames of a WebSocket byte stream, finds forbidden ones (RFC 6455), and makes every text frame a binary
/// one.</summary>
/// <remarks>
/// <code>
///  0               1               2               3
///  7 6 5 4 3 2 1 0 7 6 5 4 3 2 1 0 7 6 5 4 3 2 1 0 7 6 5 4 3 2 1 0
/// +-+-+-+-+-------+-+-------------+-------------------------------+
/// |F|R|R|R| opcode|M| length (7)  | length, 2 bytes if (7) is 126 |
/// |I|S|S|S|  (4)  |A|             |         8 bytes if (7) is 127 |
/// |N|V|V|V|       |S|             | masking key, 4 bytes if MASK  |
/// +-+-+-+-+-------+-+-------------+-------------------------------+
/// </code>
/// <para>System.Net.WebSockets closes a connection on a bad frame without an explanation, drops its own stream meanwhile, accepts
/// unmasked frames from clients and compressed control frames, and notices the others only with the following bytes. It accepts every
/// frame that passes here.</para>
/// <para>Text becomes binary because System.Net.WebSockets checks the encoding of text byte by byte, and the envelope reader checks it
/// too. <see cref="IsText"/> keeps the original type.</para>
/// <para>A mutable structure, one for each connection: kept in a field, never copied. Not thread-safe.</para> </remarks>
internal struct FrameGuard(bool expectsMask)
{
    /// <summary>Frames without payload in one message make no progress, so nothing else bounds them. No known client sends more than one,
    /// and the Autobahn suite sends three.</summary>
    internal const int MaxEmptyFrames = 100;

    private const int Final = 0x80;
    private const int Compressed = 0x40;
    private const int Reserved = 0x30;
    private const int OpcodeBits = 0x0F;
    private const int Continuation = 0x0;
    private const int Text = 0x1;
    private const int Binary = 0x2;
    private const int Close = 0x8;
    private const int Ping = 0x9;
    private const int Pong = 0xA;
    private const int MaskBit = 0x80;
    private const int LengthBits = 0x7F;
    private const int MaxControlPayload = 125;
    private const int MaskLength = 4;

    private ulong _payloadLeft;
    private byte _headerLeft;
    private byte _emptyFrames;
    private bool _inMessage;

    /// <summary>True when permessage-deflate was agreed: the first frame of a message may have its bit set (RFC 7692 section
    /// 6).</summary>
    public bool AllowsCompression { get; set; }

    public bool IsText { get; private set; }

    public bool IsCompressed { get; private set; }

    /// <summary>True when every byte of the last data message was taken.</summary>
    public readonly bool IsMessageTaken => !_inMessage && _payloadLeft == 0 && _headerLeft == 0;

    /// <summary>The number of bytes that may be taken, up to the next border between header and payload.</summary>
    /// <param name="violation">The fault of the frame that starts here, or null.</param>
    /// <returns>0 when more bytes are needed, or with a violation: the following frames cannot be found.</returns>
    public int Next(Span<byte> bytes, out PumpViolation? violation)
    {
        violation = null;
        if (_headerLeft == 0 && _payloadLeft == 0)
        {
            violation = Begin(bytes);
        }

        return _headerLeft > 0 ? Math.Min(_headerLeft, bytes.Length) : (int)Math.Min(_payloadLeft, (ulong)bytes.Length);
    }

    public void Take(int count)
    {
        if (_headerLeft > 0)
        {
            _headerLeft -= (byte)count;
        }
        else
        {
            _payloadLeft -= (ulong)count;
        }
    }

    /// <summary>Lets our own close frame pass as if the other end had sent it.</summary>
    public void Substitute(int headerLength) => (_headerLeft, _payloadLeft) = ((byte)headerLength, 0);

    private PumpViolation? Begin(Span<byte> bytes)
    {
        if (bytes.IsEmpty)
        {
            return null;
        }

        int first = bytes[0];
        var opcode = first & OpcodeBits;
        var isControl = opcode >= Close;
        if (FaultOfFirst(first, opcode, isControl) is { } early)
        {
            return early;
        }

        if (bytes.Length < 2)
        {
            return null;
        }

        int second = bytes[1];
        if ((second & MaskBit) != 0 != expectsMask)
        {
            return expectsMask ? Fault("a frame of a client must be masked") : Fault("a frame of a server must not be masked");
        }

        var shortLength = second & LengthBits;
        if (isControl && shortLength > MaxControlPayload)
        {
            return Fault("a control frame is limited to 125 bytes");
        }

        var lengthBytes = shortLength switch { 126 => 2, 127 => 8, _ => 0 };
        var headerLength = 2 + lengthBytes + (expectsMask ? MaskLength : 0);
        if (bytes.Length < headerLength)
        {
            return null;
        }

        var length = lengthBytes switch
        {
            2 => BinaryPrimitives.ReadUInt16BigEndian(bytes[2..]),
            8 => BinaryPrimitives.ReadUInt64BigEndian(bytes[2..]),
            _ => (ulong)shortLength,
        };
        if (length > long.MaxValue)
        {
            return Fault("the first bit of a frame's length must be 0");
        }

        if (opcode == Close)
        {
            if (bytes.Length < headerLength + shortLength)
            {
                return null;
            }

            if (FaultOfClose(bytes[(headerLength - (expectsMask ? MaskLength : 0))..(headerLength + shortLength)]) is { } fault)
            {
                return fault;
            }
        }

        if (!isControl && BeginData(ref bytes[0], opcode, length) is { } endless)
        {
            return endless;
        }

        (_headerLeft, _payloadLeft) = ((byte)headerLength, length);
        return null;
    }

    private readonly PumpViolation? FaultOfFirst(int first, int opcode, bool isControl)
    {
        if ((first & Reserved) != 0)
        {
            return Fault("a reserved bit is set");
        }

        if (opcode is not (Continuation or Text or Binary or Close or Ping or Pong))
        {
            return Fault("the frame's opcode is reserved");
        }

        if ((first & Compressed) != 0 && (!AllowsCompression || isControl || opcode == Continuation))
        {
            return !AllowsCompression ? Fault("a reserved bit is set")
                : isControl ? Fault("a control frame must not be compressed")
                : Fault("only the first frame of a message may have the compression bit");
        }

        if (isControl)
        {
            return (first & Final) == 0 ? Fault("a control frame must not be fragmented") : null;
        }

        return opcode == Continuation == _inMessage ? null
            : _inMessage ? Fault("the previous message has not ended")
            : Fault("there is no message to continue");
    }

    private PumpViolation? BeginData(ref byte first, int opcode, ulong length)
    {
        if (opcode != Continuation)
        {
            (IsText, IsCompressed, _emptyFrames) = (opcode == Text, (first & Compressed) != 0, 0);
        }

        _inMessage = (first & Final) == 0;
        if (_inMessage && length == 0 && ++_emptyFrames > MaxEmptyFrames)
        {
            return new PumpViolation(WebSocketCloseStatus.PolicyViolation, $"a message is limited to {MaxEmptyFrames} frames "
                + "without payload");
        }

        if (opcode == Text)
        {
            first = (byte)((first & ~OpcodeBits) | Binary);
        }

        return null;
    }

    private readonly PumpViolation? FaultOfClose(ReadOnlySpan<byte> keyAndPayload)
    {
        ReadOnlySpan<byte> key = [0, 0, 0, 0];
        var payload = keyAndPayload;
        if (expectsMask)
        {
            key = keyAndPayload[..MaskLength];
            payload = keyAndPayload[MaskLength..];
        }

        if (payload.IsEmpty)
        {
            return null;
        }

        if (payload.Length == 1)
        {
            return Fault("the status of a close frame has two bytes");
        }

        Span<byte> plain = stackalloc byte[MaxControlPayload];
        for (var i = 0; i < payload.Length; i++)
        {
            plain[i] = (byte)(payload[i] ^ key[i % MaskLength]);
        }

        // Section 7.4: those that are reserved, or may not be sent, are as wrong as those outside the range.
        var status = BinaryPrimitives.ReadUInt16BigEndian(plain);
        return status is not (>= 1000 and <= 1003 or >= 1007 and <= 1014 or >= 3000 and <= 4999)
            ? Fault("the close frame has a status that may not be sent")
            : Utf8.IsValid(plain[2..payload.Length])
                ? null
                : new PumpViolation(WebSocketCloseStatus.InvalidPayloadData, "the close frame's reason is not UTF-8");
    }

    private static PumpViolation Fault(string description) => new(WebSocketCloseStatus.ProtocolError, description);
}
