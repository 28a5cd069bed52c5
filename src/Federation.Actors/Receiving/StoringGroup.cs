using Federation.Actors.Protocol;

namespace Federation.Actors.Receiving;

/// <summary>A group on its way into a stream: what is known of each of its messages.</summary>
/// <remarks>Not thread-safe; the bus guards it. Messages are numbered through the group's ranges from 0.</remarks>
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

    /// <summary>
    /// When the server first gave a sign of life after the group was written; null: not yet. Only from then on time counts against it.
    /// </summary>
    public TimeSpan? Heard { get; private set; }

    /// <summary>When the server was seen to be there although answers to the last try were due; null: not since.</summary>
    public TimeSpan? Proven { get; private set; }

    /// <summary>True when something could not be stored just now.</summary>
    public bool HasNotNow => _notNow > 0;

    /// <summary>True when messages have been taken to be written again, and not from the first again since.</summary>
    public bool IsTaken => _index > 0;

    /// <summary>True when each message has an answer, for now or for good.</summary>
    public bool IsAnswered => _pending == 0;

    public bool IsDone => _pending == 0 && _notNow == 0;

    public IEnumerable<StoringMessage> Pending => Messages(static answer => answer.Outcome == PubAckOutcome.Pending);

    /// <summary>The messages that no stream took when they were last written, in order.</summary>
    public IEnumerable<StoringMessage> Untaken =>
        Messages(static answer => answer.Outcome == PubAckOutcome.NotNow && ReferenceEquals(answer.Error, PubAck.NoResponders.Error));

    /// <summary>Notes an answer; a second one for the same message only counts when it is better than a "not now".</summary>
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

    /// <summary>The server has answered a PING that was sent when answers were due.</summary>
    public void Prove(TimeSpan now)
    {
        Heard ??= now;
        Proven ??= now;
    }

    /// <summary>Gives up waiting for the answers that are missing.</summary>
    public void MissRest(TimeSpan now)
    {
        for (var i = 0; i < _answers.Length && _pending > 0; i++)
        {
            if (_answers[i].Outcome == PubAckOutcome.Pending)
            {
                Answer(i, new PubAck(PubAckOutcome.NotNow, "JetStream has not answered; it may have been stored"), now);
            }
        }
    }

    /// <summary>
    /// Takes the next message that could not be stored just now, in order, and makes it pending; it is about to be written again.
    /// </summary>
    /// <returns>False when there is none, or when it is not known of each message whether it is stored.</returns>
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

    /// <summary>Lets the next message to be taken be the first again, once each has an answer.</summary>
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

    /// <summary>Writes what is refused into the group, in order, once it is done.</summary>
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

/// <summary>A message of a group that is on its way into a stream.</summary>
internal readonly record struct StoringMessage(PublishGroup Group, int Index, EnvelopeBatch Batch, int At);
