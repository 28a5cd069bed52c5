using System.Buffers;
using System.Buffers.Text;
using System.Text;

namespace Federation.Actors.Nats;

/// <summary>Reads the bytes from a NATS server for errors and PONGs in their order.</summary>
/// <remarks>
/// <code>
///   INFO {...}\r\n    PING\r\n    PONG\r\n    +OK\r\n    -ERR 'text'\r\n
///   MSG subject sid [reply] bytes\r\n payload \r\n
///   HMSG subject sid [reply] header-bytes total-bytes\r\n headers and payload \r\n
/// </code>
/// The client library raises an error as an event on one thread and completes a PING on another, so their order is lost there. Payloads
/// are skipped by their length. Allocates only for errors and for lines that are cut in two. Used by one thread at a time.</remarks>
/// <param name="errors">Receives the text between the quotes; <see cref="Pongs"/> is the number of PONGs before it.</param>
/// <param name="pongs">Receives <see cref="Pongs"/> after each PONG.</param>
/// <seealso href="https://docs.nats.io/reference/reference-protocols/nats-protocol"/>
internal sealed class ServerProtocolReader(Action<string> errors, Action<long> pongs)
{
    private const byte LineEnd = (byte)'\n';

    private readonly ArrayBufferWriter<byte> _line = new();

    /// <summary>Outstanding bytes of a payload and its line end.</summary>
    private long _payload;

    private bool _skipsLine;

    private bool _isLost;

    public long Pongs { get; private set; }

    public void Read(ReadOnlySpan<byte> bytes)
    {
        while (bytes.Length > 0 && !_isLost)
        {
            if (_payload > 0)
            {
                var count = (int)Math.Min(_payload, bytes.Length);
                _payload -= count;
                bytes = bytes[count..];
                continue;
            }

            var end = bytes.IndexOf(LineEnd);
            if (end < 0)
            {
                Keep(bytes);
                return;
            }

            Finish(bytes[..end]);
            bytes = bytes[(end + 1)..];
        }
    }

    private void Keep(ReadOnlySpan<byte> start)
    {
        // An INFO is long, and what this does not know may be.
        _skipsLine |= _line.WrittenCount == 0 && start[0] is not ((byte)'M' or (byte)'H' or (byte)'P' or (byte)'-');
        if (!_skipsLine)
        {
            _line.Write(start);
        }
    }

    private void Finish(ReadOnlySpan<byte> rest)
    {
        if (_skipsLine)
        {
            _skipsLine = false;
        }
        else if (_line.WrittenCount == 0)
        {
            Take(rest);
        }
        else
        {
            _line.Write(rest);
            Take(_line.WrittenSpan);
            _line.ResetWrittenCount();
        }
    }

    private void Take(ReadOnlySpan<byte> line)
    {
        if (line.StartsWith("MSG "u8) || line.StartsWith("HMSG "u8))
        {
            line = line.TrimEnd((byte)'\r');
            var size = line[(line.LastIndexOf((byte)' ') + 1)..];
            if (Utf8Parser.TryParse(size, out int length, out var consumed) && consumed == size.Length && length >= 0)
            {
                _payload = length + 2L;
            }
            else
            {
                // The library closes such a connection. What follows must not be taken for errors.
                _isLost = true;
            }
        }
        else if (line.StartsWith("PONG"u8))
        {
            pongs(++Pongs);
        }
        else if (line.StartsWith("-ERR"u8))
        {
            errors(Encoding.UTF8.GetString(Unquoted(line[4..].Trim(" \t\r"u8))));
        }
    }

    private static ReadOnlySpan<byte> Unquoted(ReadOnlySpan<byte> text) =>
        text.Length >= 2 && text[0] == '\'' && text[^1] == '\'' ? text[1..^1] : text;
}
