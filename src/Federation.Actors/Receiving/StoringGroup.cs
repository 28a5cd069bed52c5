using Federation.Actors.Protocol;

namespace Federation.Actors.Receiving;

/// <summary>A group that is being stored in a stream, and the answers to its messages, numbered from 0.</summary>
/// <remarks>Not thread-safe; guarded by the bus.</remarks>
internal sealed class StoringGroup(PublishGroup group, TimeSpan now)
{
    private readonly PubAck[] _answers = new PubAck[group.Count];
    private int _pending = group.Count;
    private int _notNow;

    // The next message to be taken.
    private int _range;
    private int _offset;
    private int _index;

    public PublishGroup Group { get; } = group;

    public TimeSpan Tried { get; private set; } = now;

    /// <summary>The server's first sign of life after the group was written. Timeouts count from then on.</summary>
    public TimeSpan? Heard { get; private set; }

    /// <summary>When the server last responded although answers to the last attempt were due.</summary>
    public TimeSpan? Proven { get; private set; }

    public bool HasNotNow => _notNow > 0;

    /// <summary>True when messages were taken to be written again, and <see cref="Rewind"/> has not followed.</summary>
    public bool IsTaken => _index > 0;

    public bool IsAnswered => _pending == 0;

    public bool IsDone => _pending == 0 && _notNow == 0;

    public IEnumerable<StoringMessage> Pending => Messages(static answer => answer.Outcome == PubAckOutcome.Pending);

    /// <summary>The messages without a stream at the last attempt, in order.</summary>
    public IEnumerable<StoringMessage> Untaken =>
        Messages(static answer => answer.Outcome == PubAckOutcome.NotNow && ReferenceEquals(answer.Error, PubAck.NoResponders.Error));

    /// <summary>A second answer for the same message only replaces a "not now".</summary>
    public void Answer(int index, in PubAck answer, TimeSpan now)
    {
        Heard ??= now;
        if ((uint)index >= (uint)_answers.Length)
        {
            return;
        }

        switch (_answers[index].Outcome)
        {
            case PubAckOutcome.Pending:
                _pending--;
                break;
            case PubAckOutcome.NotNow when answer.Outcome != PubAckOutcome.NotNow:
                _notNow--;
                break;
            default:
                return;
        }

        _answers[index] = answer;
        _notNow += answer.Outcome == PubAckOutcome.NotNow ? 1 : 0;
    }

    public void Prove(TimeSpan now)
    {
        Heard ??= now;
        Proven ??= now;
    }

    public void MissRest(TimeSpan now)
    {
        for (var i = 0; i < _answers.Length && _pending > 0; i++)
        {
            if (_answers[i].Outcome == PubAckOutcome.Pending)
            {
                Answer(i, new PubAck(PubAckOutcome.NotNow, "JetStream has not answered; the message may have been stored"), now);
            }
        }
    }

    /// <summary>Takes the next message that could not be stored, in order, to be written again.</summary>
    /// <returns>False when there is none, or when an answer is missing.</returns>
    public bool TryTake(TimeSpan now, out StoringMessage message)
    {
        message = default;
        if (!IsAnswered && !IsTaken)
        {
            return false;
        }

        for (; _range < Group.Ranges.Count; _range++, _offset = 0)
        {
            var range = Group.Ranges[_range];
            while (_offset < range.Count)
            {
                var (index, at) = (_index++, range.From + _offset++);
                if (_answers[index].Outcome == PubAckOutcome.NotNow)
                {
                    _answers[index] = default;
                    _notNow--;
                    _pending++;
                    Tried = now;
                    Proven = null;
                    message = new StoringMessage(Group, index, range.Batch, at);
                    return true;
                }
            }
        }

        return false;
    }

    public void Rewind() => (_range, _offset, _index) = (0, 0, 0);

    public void GiveUp(TimeSpan now)
    {
        for (var i = 0; i < _answers.Length && _notNow > 0; i++)
        {
            if (_answers[i].Outcome == PubAckOutcome.NotNow)
            {
                Answer(i, _answers[i] with { Outcome = PubAckOutcome.Refused }, now);
            }
        }
    }

    private IEnumerable<StoringMessage> Messages(Func<PubAck, bool> match)
    {
        var index = 0;
        foreach (var range in Group.Ranges)
        {
            for (var at = range.From; at < range.End; at++, index++)
            {
                if (match(_answers[index]))
                {
                    yield return new StoringMessage(Group, index, range.Batch, at);
                }
            }
        }
    }

    /// <summary>Adds the refusals to the finished group, in order.</summary>
    public void Conclude()
    {
        var index = 0;
        foreach (var range in Group.Ranges)
        {
            for (var i = range.From; i < range.End; i++, index++)
            {
                if (_answers[index].Outcome == PubAckOutcome.Refused)
                {
                    Group.Refuse(range.Batch, i, _answers[index].Reason, _answers[index].Error);
                }
            }
        }
    }
}

internal readonly record struct StoringMessage(PublishGroup Group, int Index, EnvelopeBatch Batch, int At);
