namespace Federation.Actors.Receiving;

/// <summary>The groups on their way into a stream, and what of them is to be written again when the stream was away.</summary>
/// <remarks>
/// <code>
///           "not now"            Probe              answered for good
///   Calm ---------------> Away ---------> Probing --------------------> Back
///    ^                     ^ ^--"not now"----'                           | |
///    |                     '-----------------"not now"-------------------' |
///    '-------------------------------every group done----------------------'
/// </code>
/// <para>While the stream is away one message is written again, the first that it does not have: were all of them, those behind could
/// find it back where those in front did not. Only when that one is answered for good the others follow, in order, until one is not.</para>
/// <para>Not thread-safe; the bus guards it.</para>
/// </remarks>
internal sealed class StoringGroups(TimeSpan timeout, Action<long> confirm)
{
    /// <summary>
    /// An answer that has not come for so long, twice, is missing. A stream answers within milliseconds; what a leader that died had not
    /// answered is never answered, so waiting longer only delays the next attempt.
    /// </summary>
    private static readonly TimeSpan LongestAnswer = TimeSpan.FromSeconds(2.5);

    private readonly GroupsUnderWay _groups = new(confirm);
    private readonly TimeSpan _answerTime = timeout / 2 < LongestAnswer ? timeout / 2 : LongestAnswer;
    private (long Group, int Index) _probe;

    /// <summary>Where the stream stands. Nothing new is to be written unless it is <see cref="StoringPhase.Calm"/>.</summary>
    public StoringPhase Phase { get; private set; }

    public bool HasNext => Phase == StoringPhase.Back && HasNotNow;

    private bool HasNotNow => _groups.All.Any(static group => group.HasNotNow);

    /// <summary>Takes in a group that is about to be written.</summary>
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

    /// <summary>The messages that have no answer, of those written up to here.</summary>
    public IEnumerable<StoringMessage> Pending((long Group, int Count) written) => _groups.All
        .SelectMany(static group => group.Pending)
        .Where(message => (message.Group.Number, message.Index + 1).CompareTo(written) <= 0);

    /// <summary>The messages that no stream took when they were last written, in order.</summary>
    public IEnumerable<StoringMessage> Untaken => _groups.All.SelectMany(static group => group.Untaken);

    public StoringGroup[] Late(TimeSpan now) => [.. _groups.All.Where(group => !group.IsAnswered && now - group.Tried > _answerTime)];

    /// <summary>Gives up on answers that have not come although the server is there, and has been for a while.</summary>
    /// <param name="late">Groups whose answers were due.</param>
    /// <param name="asked">When the server was asked for the sign of life that it has now given.</param>
    /// <param name="now">The time.</param>
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

    /// <summary>Refuses what could not be stored in time, whether or not something in front of it still waits.</summary>
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

    /// <summary>Takes the first message that the stream does not have, to be written again, when the stream is away.</summary>
    /// <returns>False also while an answer to its group or to one in front of it is missing.</returns>
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

/// <summary>Where a stream stands in the eyes of what publishes to it.</summary>
internal enum StoringPhase
{
    Calm,

    Away,

    /// <summary>One message is written again and has no answer.</summary>
    Probing,

    /// <summary>That message is answered for good; the others are written again.</summary>
    Back,
}

/// <summary>The groups that a bus has taken and not confirmed, in their order.</summary>
/// <remarks>Not thread-safe; the bus guards it.</remarks>
/// <param name="confirm">Told the number of the last of the groups that are done, up to the first that is not.</param>
internal sealed class GroupsUnderWay(Action<long> confirm)
{
    private readonly List<StoringGroup> _groups = [];

    public IReadOnlyList<StoringGroup> All => _groups;

    public void Add(StoringGroup group) => _groups.Add(group);

    /// <summary>Notes an answer, and confirms what it makes complete. Of a group that is not there: nothing.</summary>
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

    /// <summary>Confirms the groups that are done, up to the first that is not.</summary>
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
