namespace Federation.Actors.Receiving;

/// <summary>The groups that a bus has taken and not confirmed, in their order.</summary>
/// <remarks>Not thread-safe; the bus guards it.</remarks>
/// <param name="confirm">Told the number of the last of the groups that are done, up to the first that is not.</param>
internal sealed class GroupsUnderWay(Action<long> confirm)
{
    private readonly List<StoringGroup> _groups = [];

    /// <summary>The groups, oldest first.</summary>
    public IReadOnlyList<StoringGroup> All => _groups;

    /// <summary>Takes a group in.</summary>
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
