using BenchmarkDotNet.Attributes;
using Federation.Actors.Protocol;
using Federation.Actors.Receiving;

namespace Federation.Actors.Benchmarks.Micro;

/// <summary>Batches of 64 through the queue; figures are for one message.</summary>
public class BoundedQueueBenchmarks
{
    private readonly List<MessageRange> _dropped = [];
    private BoundedQueue _queue = new(1, 1, OverflowPolicy.Block);
    private BoundedQueue _full = new(1, 1, OverflowPolicy.Block);
    private MessageRange _range;

    /// <summary>One empty queue, and a full one that drops its oldest.</summary>
    [GlobalSetup]
    public void Prepare()
    {
        _range = new MessageRange(Samples.Batch(), 0, Samples.BatchLength);
        _queue = new BoundedQueue(16_000, 64_000_000, OverflowPolicy.Block);
        _full = new BoundedQueue(Samples.BatchLength * 10, 64_000_000, OverflowPolicy.DropOldest);
        for (var i = 0; i < 10; i++)
        {
            _full.Offer(_range, _dropped);
        }
    }

    /// <summary>Offered, taken, settled.</summary>
    [Benchmark(Baseline = true, OperationsPerInvoke = Samples.BatchLength)]
    public int Pass()
    {
        _queue.Offer(_range, _dropped);
        _queue.Take(Samples.BatchLength);
        return _queue.Settle().Count;
    }

    /// <summary>Offered to a full queue, which lets go of as many.</summary>
    [Benchmark(OperationsPerInvoke = Samples.BatchLength)]
    public int DropOldest()
    {
        _dropped.Clear();
        _full.Offer(_range, _dropped);
        return _dropped.Count;
    }
}
