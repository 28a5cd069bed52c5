namespace Federation.Actors.Protocol;

/// <summary>The parts of a batch frame, as <c>README.md</c> in this folder lays them out. Stateless.</summary>
internal static class BatchFrame
{
    /// <summary>The WebSocket subprotocol (RFC 6455 section 1.9) with which two nodes agree on these frames.</summary>
    public const string Subprotocol = "federation.batch.v1";

    // Kinds: the first byte of a frame.
    public const byte Data = 1;
    public const byte Unanswered = 2;
    public const byte Answers = 3;

    // Flags of a record.
    public const byte Id = 0x01;
    public const byte IdHasNumber = 0x02;
    public const byte Subject = 0x04;
    public const byte HidesSubject = 0x08;
    public const byte Via = 0x10;
    public const byte Trace = 0x20;
    public const byte AllFlags = 0x3F;

    // Outcomes of a range of records.
    public const byte Ack = 0;
    public const byte Nack = 1;

    /// <summary>Bytes of a trace context: trace id, span id and flags.</summary>
    public const int TraceLength = 25;

    /// <summary>Strings of one frame. Bounds the memory of a reader; a frame of 64 KiB with as many of 40 bytes has little else.</summary>
    public const int MaxStrings = 1024;

    /// <summary>Bytes of a nack's reason.</summary>
    public const int MaxReason = 64;

    /// <summary>Bytes of a number: 63 bits, 7 in each.</summary>
    public const int MaxNumber = 9;

    public const string CutShort = "the frame ends within a field";

    /// <summary>Whether a binary message of a connection with the subprotocol is a frame. An envelope begins with a brace.</summary>
    public static bool Is(ReadOnlySpan<byte> message) => message.IsEmpty || message[0] != (byte)'{';

    /// <summary>Reads a number and moves behind it.</summary>
    /// <returns>False when the bytes end within it, or when it has more than 63 bits or more bytes than it needs.</returns>
    public static bool TryReadNumber(ReadOnlySpan<byte> bytes, ref int at, out long value)
    {
        value = 0;
        for (var shift = 0; shift < MaxNumber * 7 && at < bytes.Length; shift += 7)
        {
            var part = bytes[at++];
            value |= (long)(part & 0x7F) << shift;
            if (part < 0x80)
            {
                return part != 0 || shift == 0;
            }
        }

        return false;
    }

    /// <summary>Writes a number of 0 or more.</summary>
    /// <returns>Its bytes, a maximum of <see cref="MaxNumber"/>.</returns>
    public static int WriteNumber(Span<byte> to, long value)
    {
        var length = 0;
        while (value >= 0x80)
        {
            to[length++] = (byte)(value | 0x80);
            value >>= 7;
        }

        to[length++] = (byte)value;
        return length;
    }
}
