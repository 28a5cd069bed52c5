namespace Federation.Actors.Transport;

/// <summary>Turns text frames into binary ones as their bytes pass (RFC 6455 section 5.2); payloads and all else stay as they are.</summary>
/// <remarks>
/// <para>For a text frame the stock framing checks UTF-8 and ends the connection with 1007 when it is wrong. Here one bad message is a parse
/// error of its own and must not take the answers of the good ones with it; and the envelope reader checks UTF-8 anyway, once, over the
/// whole message. So the framing is given binary frames only.</para>
/// <para>Remembers where it is between calls, so frames may be cut anywhere. Not thread-safe.</para>
/// </remarks>
internal sealed class FrameRelabeler
{
    private const byte OpcodeBits = 0x0f;
    private const byte Text = 1;
    private const byte Binary = 2;

    private Part _next;
    private int _bytesOfPart;
    private bool _masked;
    private ulong _payload;

    private enum Part
    {
        Opcode,
        Length,
        ExtendedLength,
        Mask,
        Payload,
    }

    /// <summary>Relabels what is in <paramref name="bytes"/>, the next ones of the stream.</summary>
    public void Process(Span<byte> bytes)
    {
        for (var i = 0; i < bytes.Length;)
        {
            if (_next == Part.Payload)
            {
                var skipped = (int)Math.Min(_payload, (ulong)(bytes.Length - i));
                i += skipped;
                _payload -= (ulong)skipped;
                if (_payload == 0)
                {
                    _next = Part.Opcode;
                }
            }
            else
            {
                Header(ref bytes[i++]);
            }
        }
    }

    private void Header(ref byte value)
    {
        switch (_next)
        {
            case Part.Opcode:
                if ((value & OpcodeBits) == Text)
                {
                    value = (byte)((value & ~OpcodeBits) | Binary);
                }

                _next = Part.Length;
                break;
            case Part.Length:
                _masked = (value & 0x80) != 0;
                var length = value & 0x7f;
                _bytesOfPart = length switch { 126 => 2, 127 => 8, _ => 0 };
                _payload = _bytesOfPart == 0 ? (ulong)length : 0;
                AfterLength();
                break;
            case Part.ExtendedLength:
                _payload = (_payload << 8) | value;
                _bytesOfPart--;
                AfterLength();
                break;
            default:
                if (--_bytesOfPart == 0)
                {
                    AfterHeader();
                }

                break;
        }
    }

    private void AfterLength()
    {
        if (_bytesOfPart > 0)
        {
            _next = Part.ExtendedLength;
        }
        else if (_masked)
        {
            _next = Part.Mask;
            _bytesOfPart = 4;
        }
        else
        {
            AfterHeader();
        }
    }

    private void AfterHeader() => _next = _payload > 0 ? Part.Payload : Part.Opcode;
}
