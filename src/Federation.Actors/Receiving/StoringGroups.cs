namespace Federation.Actors.Receiving;

/// <summary>The groups that are being stored in a stream, and their messages to be written again after the stream was away.</summary>
/// <remarks>
/// <code>
///           "not now"            Probe              answered for good
///   Calm ---------------> Away ---------> Probing --------------------> Back
///    ^                     ^ ^--"not now"----'                           | |
///    |                     '-----------------"not now"-------------------' |
///    '-------------------------------every group done----------------------'
/// </code>
/// While the stream is away only the first missing message is written again: of several, those behind could be stored without those in
/// front. The others follow in order once that one has a final answer, until one has not. Not thread-safe; guarded by the bus.</remarks>
internal sealed class StoringGroups(TimeSpan timeout, Action<long> confirm)
{
    /// <summary>An answer that is late by this twice is missing. A stream answers within milliseconds; a dead leader's answers never
    /// come, so a longer wait only delays the next attempt.</summary>
    private static readonly TimeSpan LongestAnswer = TimeSpan.FromSeconds(2.5);

    private readonly GroupsUnderWay _groups = new(confirm);
    private readonly TimeSpan _answerTime = timeout / 2 < LongestAnswer ? timeout / 2 : LongestAnswer;
    private (long Group, int Index) _probe;

    /// <summary>New messages are written in <see cref="StoringPhase.Calm"/> only.</summary>
    public StoringPhase Phase { get; private set; }

    public bool HasNext => Phase == StoringPhase.Back && HasNotNow;

    private bool HasNotNow => _groups.All.Any(static group => group.HasNotNow);

    public void Add(StoringGroup group) => _groups.Add(group);

    public void Answer(long number, int index, in PubAck answer, TimeSpan now)
    {
        _groups.Answer(number, index, answer, now);
        if (answer.Outcome == PubAckOutcome.NotNow)
        {
            Leave();
        }
        else if (Phase == StoringPhase.Probing && (number, index) == _probe)
        {
            Phase = StoringPhase.Back;
        }

        Settle();
    }

    public IEnumerable<StoringMessage> Pending((long Group, int Count) written) => _groups.All
        .SelectMany(static group => group.Pending)
        .Where(message => (message.Group.Number, message.Index + 1).CompareTo(written) <= 0);

    /// <summary>The messages without a stream at the last attempt, in order.</summary>
    public IEnumerable<StoringMessage> Untaken => _groups.All.SelectMany(static group => group.Untaken);

    public StoringGroup[] Late(TimeSpan now) => [.. _groups.All.Where(group => !group.IsAnswered && now - group.Tried > _answerTime)];

    /// <summary>Gives up missing answers of a server that responds.</summary>
    public bool Miss(IEnumerable<StoringGroup> late, TimeSpan asked, TimeSpan now)
    {
        var missed = false;
        foreach (var group in late.Where(group => !group.IsAnswered && group.Tried < asked))
        {
            // After a freeze the PONG may come before the answers.
            group.Prove(now);
            if (now - group.Proven >= _answerTime)
            {
                group.MissRest(now);
                Leave();
                missed = true;
            }
        }

        return missed;
    }

    /// <summary>Refuses messages that could not be stored in time, even behind others that still wait.</summary>
    public void Expire(TimeSpan now)
    {
        foreach (var group in _groups.All)
        {
            if (group is { IsAnswered: true, IsDone: false } && now - group.Heard >= timeout)
            {
                group.GiveUp(now);
            }
        }

        _groups.Confirm();
        Settle();
    }

    /// <summary>Takes the first missing message when the stream is away.</summary>
    /// <returns>False also while an answer to its group or to an earlier one is missing.</returns>
    public bool TryTakeProbe(TimeSpan now, out StoringMessage message)
    {
        message = default;
        if (Phase != StoringPhase.Away || !TryTake(now, out message))
        {
            return false;
        }

        Phase = StoringPhase.Probing;
        _probe = (message.Group.Number, message.Index);
        return true;
    }

    /// <summary>Takes the next message to be written again, in order, when the stream is back.</summary>
    /// <returns>False also when an answer to its group is missing that was not taken here.</returns>
    public bool TryTakeNext(TimeSpan now, out StoringMessage message)
    {
        message = default;
        return Phase == StoringPhase.Back && TryTake(now, out message);
    }

    private bool TryTake(TimeSpan now, out StoringMessage message)
    {
        foreach (var group in _groups.All)
        {
            if (group.TryTake(now, out message))
            {
                return true;
            }

            if (!group.IsAnswered && !group.IsTaken)
            {
                break;
            }
        }

        message = default;
        return false;
    }

    private void Leave()
    {
        if (!HasNotNow)
        {
            // A late answer to what has another by now.
            return;
        }

        Phase = StoringPhase.Away;
        foreach (var group in _groups.All)
        {
            group.Rewind();
        }
    }

    private void Settle()
    {
        if (_groups.All.Count == 0)
        {
            Phase = StoringPhase.Calm;
        }
    }
}

internal enum StoringPhase
{
    Calm,

    Away,

    /// <summary>One message is written again and has no answer.</summary>
    Probing,

    /// <summary>That message has a final answer; the others are written again.</summary>
    Back,
}

/// <summary>The unconfirmed groups of a bus, in order.</summary>
/// <remarks>Not thread-safe; guarded by the bus.</remarks>
/// <param name="confirm">Receives the number of the last group before the first unfinished one.</param>
internal sealed class GroupsUnderWay(Action<long> confirm)
{
    private readonly List<StoringGroup> _groups = [];

    public IReadOnlyList<StoringGroup> All => _groups;

    public void Add(StoringGroup group) => _groups.Add(group);

    public void Answer(long number, int index, in PubAck answer, TimeSpan now)
    {
        foreach (var group in _groups)
        {
            if (group.Group.Number == number)
            {
                group.Answer(index, answer, now);
                if (group.IsDone)
                {
                    Confirm();
                }

                return;
            }
        }
    }

    public void Confirm()
    {
        var done = 0;
        while (done < _groups.Count && _groups[done].IsDone)
        {
            _groups[done++].Conclude();
        }

        if (done > 0)
        {
            var last = _groups[done - 1].Group.Number;
            _groups.RemoveRange(0, done);
            confirm(last);
        }
    }
}
