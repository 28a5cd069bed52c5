namespace Federation.Actors.Protocol;

/// <summary>Reads the frames of one connection into batches.</summary>
/// <remarks>As <see cref="DataFrameReader"/>, for frames of every kind.</remarks>
internal sealed class BatchFrameReader(LoopGuard loops)
{
    private readonly DataFrameReader _records = new(loops);
    private (int From, int To)? _answers;

    public bool IsEnded => _answers is null && _records.IsEnded;

    /// <inheritdoc cref="DataFrameReader.Begin" />
    public string? Begin(byte[] bytes, int from, int to)
    {
        switch (from == to ? 0 : bytes[from])
        {
            case BatchFrame.Data or BatchFrame.Unanswered:
                return _records.Begin(bytes, from, to);
            case BatchFrame.Answers:
                _answers = (from, to);
                return null;
            default:
                return "a frame of an unknown kind";
        }
    }

    /// <summary>Reads on until the frame has ended or the batch is full.</summary>
    /// <returns>What is wrong with the frame; null: nothing.</returns>
    public string? Read(byte[] bytes, EnvelopeBatch batch, int limit)
    {
        if (_answers is var (from, to))
        {
            _answers = null;
            List<AnswerRange> answers = [];
            var fault = AnswerFrame.Read(bytes.AsSpan(from, to - from), answers);
            batch.Add(answers);
            return fault;
        }

        while (!_records.IsEnded && batch.Count + batch.Controls.Count < limit)
        {
            if (_records.Read(bytes, out var record) is { } fault)
            {
                return fault;
            }

            batch.Add(record);
        }

        return null;
    }
}
