using System.Buffers;
using System.IO.Pipelines;
using System.Runtime.CompilerServices;
using Federation.Actors.Host.Peering;

namespace Federation.Actors.Host.Sending;

/// <summary>Reads lines as bytes, none longer than what a node takes.</summary>
internal static class LineReader
{
    /// <summary>Each line without its end, and its bytes with it.</summary>
    /// <param name="input">Where they come from.</param>
    /// <param name="cancel">Ends the reading.</param>
    /// <exception cref="InvalidDataException">A line is too long.</exception>
    public static async IAsyncEnumerable<(ReadOnlyMemory<byte> Line, int Length)> ReadAsync(Stream input, [EnumeratorCancellation] CancellationToken cancel)
    {
        var reader = PipeReader.Create(input, new StreamPipeReaderOptions(bufferSize: 64 * 1024));
        while (true)
        {
            var read = await reader.ReadAsync(cancel);
            var rest = read.Buffer;
            while (rest.PositionOf((byte)'\n') is { } end)
            {
                var line = rest.Slice(0, end);
                rest = rest.Slice(rest.GetPosition(1, end));
                yield return (WithoutReturn(line.ToArray()), (int)line.Length + 1);
            }

            if (read.IsCompleted)
            {
                if (!rest.IsEmpty)
                {
                    yield return (WithoutReturn(rest.ToArray()), (int)rest.Length);
                }

                await reader.CompleteAsync();
                yield break;
            }

            if (rest.Length > PeerLink.MaxMessageSize)
            {
                throw new InvalidDataException($"found more than {PeerLink.MaxMessageSize} bytes, expected a line that fits one message");
            }

            reader.AdvanceTo(rest.Start, rest.End);
        }
    }

    private static ReadOnlyMemory<byte> WithoutReturn(byte[] line) => line is [.., (byte)'\r'] ? line.AsMemory(..^1) : line;
}
