namespace Federation.Actors.Transport;

/// <summary>Walks the frames of a WebSocket byte stream (RFC 6455 section 5.2) and makes every text frame a binary one.</summary>
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
/// System.Net.WebSockets answers a text message of invalid UTF-8 with close 1007. The federation protocol calls it a parse error
/// that leaves the connection open, and the envelope reader checks the encoding anyway. So the opcode is changed before the
/// framing sees it: the check happens once, where a fault can be answered as the protocol says. Nothing else is changed.
/// <para>It holds only counters, so bytes may arrive cut anywhere. Not thread-safe. Masked and unmasked frames both work. A structure, since each
/// connection has one: kept in a field, never copied.</para>
/// </remarks>
internal struct FrameRelabeler
{
    private const int Text = 0x1;
    private const int Binary = 0x2;
    private const int OpcodeBits = 0x0F;
    private const int MaskBit = 0x80;
    private const int LengthBits = 0x7F;

    private int _headerTaken;
    private int _headerLength;
    private int _lengthBytes;
    private ulong _length;

    /// <summary>Bytes of the current frame's payload that have not been taken yet.</summary>
    public ulong PayloadLeft { readonly get; private set; }

    /// <summary>
    /// Takes bytes from the start of <paramref name="bytes"/> up to the next border between a header and a payload, or all of them
    /// when there is none, and relabels a header among them in place.
    /// </summary>
    /// <returns>Number of bytes taken; 0 only when <paramref name="bytes"/> is empty.</returns>
    public int Take(Span<byte> bytes)
    {
        if (PayloadLeft > 0)
        {
            var payload = (int)Math.Min(PayloadLeft, (ulong)bytes.Length);
            PayloadLeft -= (ulong)payload;
            return payload;
        }

        var taken = 0;
        while (taken < bytes.Length)
        {
            TakeHeaderByte(ref bytes[taken++]);
            if (_headerTaken == _headerLength)
            {
                PayloadLeft = _length;
                _headerTaken = 0;
                break;
            }
        }

        return taken;
    }

    private void TakeHeaderByte(ref byte value)
    {
        switch (_headerTaken++)
        {
            case 0:
                if ((value & OpcodeBits) == Text)
                {
                    value = (byte)((value & ~OpcodeBits) | Binary);
                }

                _headerLength = 2;
                return;
            case 1:
                var length = value & LengthBits;
                _lengthBytes = length switch { 126 => 2, 127 => 8, _ => 0 };
                _length = _lengthBytes == 0 ? (ulong)length : 0;
                _headerLength = 2 + _lengthBytes + ((value & MaskBit) != 0 ? 4 : 0);
                return;
            default:
                if (_headerTaken <= 2 + _lengthBytes)
                {
                    _length = (_length << 8) | value;
                }

                return;
        }
    }
}
