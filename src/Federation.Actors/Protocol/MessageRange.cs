namespace Federation.Actors.Protocol;

internal readonly record struct MessageRange(EnvelopeBatch Batch, int From, int Count)
{
    public int End => From + Count;

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
                answerable += Batch[i].IsAnswerable ? 1 : 0;
            }

            return answerable;
        }
    }
}
