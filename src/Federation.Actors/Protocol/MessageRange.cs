namespace Federation.Actors.Protocol;

/// <summary>Consecutive data messages of one batch.</summary>
/// <param name="Batch">The batch.</param>
/// <param name="From">The first message's index.</param>
/// <param name="Count">How many, at least 1.</param>
internal readonly record struct MessageRange(EnvelopeBatch Batch, int From, int Count)
{
    /// <summary>The index behind the last message.</summary>
    public int End => From + Count;

    /// <summary>Bytes of the envelopes in the range.</summary>
    public long Bytes
    {
        get
        {
            if (Count == Batch.Count)
            {
                return Batch.Bytes;
            }

            long bytes = 0;
            for (var i = From; i < End; i++)
            {
                bytes += Batch[i].Length;
            }

            return bytes;
        }
    }

    /// <summary>Number of messages with an id.</summary>
    public int Answerable
    {
        get
        {
            if (Batch.Answerable == Batch.Count)
            {
                return Count;
            }

            var answerable = 0;
            for (var i = From; i < End; i++)
            {
                answerable += Batch[i].HasId ? 1 : 0;
            }

            return answerable;
        }
    }
}
