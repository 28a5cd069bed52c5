using Federation.Actors.Protocol;

namespace Federation.Actors.Tests.Receiving;

/// <summary>What a bounded queue does, said in plain lists of single messages.</summary>
internal sealed class NaiveQueue(int capacity, long byteCapacity, OverflowPolicy policy)
{
    private readonly List<(EnvelopeBatch Batch, int Index)> _waiting = [];
    private readonly List<List<(EnvelopeBatch Batch, int Index)>> _inFlight = [];

    public int Depth => InFlight + _waiting.Count;

    public int InFlight => _inFlight.Sum(group => group.Count);

    public long Bytes => _inFlight.SelectMany(group => group).Concat(_waiting).Sum(Length);

    public bool HasWaiting => _waiting.Count > 0;

    public bool HasInFlight => _inFlight.Count > 0;

    public int Offer(EnvelopeBatch batch, List<(EnvelopeBatch Batch, int Index)> dropped)
    {
        for (var index = 0; index < batch.Count; index++)
        {
            var message = (batch, index);
            while (policy == OverflowPolicy.DropOldest && !Fits(message) && HasWaiting)
            {
                dropped.Add(_waiting[0]);
                _waiting.RemoveAt(0);
            }

            if (Fits(message))
            {
                _waiting.Add(message);
            }
            else if (policy == OverflowPolicy.Block)
            {
                return index;
            }
            else
            {
                dropped.Add(message);
            }
        }

        return batch.Count;
    }

    public List<(EnvelopeBatch Batch, int Index)> Take(int limit)
    {
        var group = _waiting.Take(limit).ToList();
        _waiting.RemoveRange(0, group.Count);
        if (group.Count > 0)
        {
            _inFlight.Add(group);
        }

        return group;
    }

    public List<(EnvelopeBatch Batch, int Index)> Settle()
    {
        var group = _inFlight[0];
        _inFlight.RemoveAt(0);
        return group;
    }

    public void Return()
    {
        _waiting.InsertRange(0, _inFlight.SelectMany(group => group));
        _inFlight.Clear();
    }

    public List<(EnvelopeBatch Batch, int Index)> Clear()
    {
        Return();
        List<(EnvelopeBatch Batch, int Index)> all = [.. _waiting];
        _waiting.Clear();
        return all;
    }

    private static long Length((EnvelopeBatch Batch, int Index) message) => message.Batch[message.Index].Length;

    private bool Fits((EnvelopeBatch Batch, int Index) message) =>
        Depth == 0 || (Depth < capacity && Bytes + Length(message) <= byteCapacity);
}
