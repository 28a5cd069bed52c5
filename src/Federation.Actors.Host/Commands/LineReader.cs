using System.Buffers;
using System.IO.Pipelines;
using System.Runtime.CompilerServices;

namespace Federation.Actors.Host.Commands;

/// <summary>Reads lines as bytes, none longer than a node's largest message.</summary>
internal static class LineReader
{
    /// <summary>Some editors and shells write it before the first line.</summary>
    private static readonly byte[] ByteOrderMark = [0xEF, 0xBB, 0xBF];

    /// <summary>Each line without its end, and its bytes including the end.</summary>
    /// <exception cref="InvalidDataException">A line is too long.</exception>
    public static async IAsyncEnumerable<(ReadOnlyMemory<byte> Line, int Length)> ReadAsync(
        Stream input, [EnumeratorCancellation] CancellationToken cancel)
    {
        var reader = PipeReader.Create(input, new StreamPipeReaderOptions(bufferSize: 64 * 1024));
        var isFirst = true;
        while (true)
        {
            var read = await reader.ReadAsync(cancel);
            var rest = read.Buffer;
            while (rest.PositionOf((byte)'\n') is { } end)
            {
                var line = rest.Slice(0, end);
                rest = rest.Slice(rest.GetPosition(1, end));
                yield return (Bare(line.ToArray(), isFirst), (int)line.Length + 1);
                isFirst = false;
            }

            if (read.IsCompleted)
            {
                if (!rest.IsEmpty)
                {
                    yield return (Bare(rest.ToArray(), isFirst), (int)rest.Length);
                }

                await reader.CompleteAsync();
                yield break;
            }

            if (rest.Length > PeerLink.MaxMessageSize)
            {
                throw new InvalidDataException($"found more than {PeerLink.MaxMessageSize} bytes, expected no more");
            }

            reader.AdvanceTo(rest.Start, rest.End);
        }
    }

    private static ReadOnlyMemory<byte> Bare(byte[] line, bool isFirst)
    {
        var (start, end) = (isFirst && line.AsSpan().StartsWith(ByteOrderMark) ? ByteOrderMark.Length : 0,
            line is [.., (byte)'\r'] ? line.Length - 1 : line.Length);
        return line.AsMemory(start..end);
    }
}
