using System.Runtime.InteropServices;
using Federation.Actors.Protocol;

namespace Federation.Actors.Connections;

/// <summary>Writes the frames of one connection: messages as records, and answers to the records that have come in.</summary>
/// <remarks>
/// A frame stays open while the buffer waits to be sent, so that what is written meanwhile goes into the same frame. Not thread-safe.
/// </remarks>
internal sealed class BatchWriter(long maxMessageSize)
{
    /// <summary>
    /// Bytes of a frame with several records. The slab of a pump that it comes to (<see cref="Sockets.SocketPump.SlabLimit"/>) has room for
    /// it and for the beginning of the next.
    /// </summary>
    internal const int FrameLimit = 60 * 1024;

    /// <summary>Bytes of an answer frame, except for its last range.</summary>
    private const int AnswerLimit = 16 * 1024;

    // Of an answer that waits: its numbers, and what the list keeps of it.
    private const int AnswerBytes = 48;

    private readonly DataFrameWriter _frames = new((int)Math.Min(FrameLimit, maxMessageSize));
    private readonly List<AnswerRange> _answers = [];
    private long _errorBytes;

    /// <summary>The records that have not been answered.</summary>
    public SentMessages Sent { get; } = new();

    /// <summary>Whether the peer answers records. Set before the first one.</summary>
    public bool IsAnswered { get; set; } = true;

    /// <summary>Memory of the answers that are not in a frame.</summary>
    public long WaitingBytes => (_answers.Count * AnswerBytes) + _errorBytes;

    public void Write(OutboundBuffer output, OutboundMessage message)
    {
        _frames.Write(output, message, IsAnswered ? Sent.Next : 0);
        if (IsAnswered)
        {
            Sent.Add(message);
        }
    }

    /// <summary>Notes the answer to a record. Answers to consecutive records become one.</summary>
    /// <param name="sequence">Its number.</param>
    /// <param name="reason">Of a nack; null: an ack.</param>
    /// <param name="error">The sentence of a nack.</param>
    public void Answer(long sequence, NackReason? reason, string error)
    {
        var name = reason is { } nack ? NackReasons.Name(nack) : null;
        var answers = CollectionsMarshal.AsSpan(_answers);
        if (answers is [.., var last] && last.End == sequence && string.Equals(last.Reason, name, StringComparison.Ordinal)
            && string.Equals(last.Error, error, StringComparison.Ordinal))
        {
            answers[^1] = last with { Count = last.Count + 1 };
            return;
        }

        _answers.Add(new AnswerRange(sequence, 1, name, error));
        _errorBytes += error.Length * sizeof(char);
    }

    /// <summary>Finishes the open data frame. Nothing else may be written into the buffer before.</summary>
    public void EndFrame(OutboundBuffer output) => _frames.End(output);

    /// <summary>Finishes the open data frame, and writes the answers.</summary>
    public void Finish(OutboundBuffer output)
    {
        EndFrame(output);
        foreach (ref readonly var answer in CollectionsMarshal.AsSpan(_answers))
        {
            if (output.Unfinished == 0)
            {
                AnswerFrame.Begin(output);
            }

            AnswerFrame.Write(output, answer);
            if (output.Unfinished > AnswerLimit)
            {
                output.EndMessage(isBinary: true);
            }
        }

        if (output.Unfinished > 0)
        {
            output.EndMessage(isBinary: true);
        }

        _answers.Clear();
        _errorBytes = 0;
    }
}
