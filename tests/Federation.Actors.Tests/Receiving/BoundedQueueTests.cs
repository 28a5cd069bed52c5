using Federation.Actors.Protocol;
using Federation.Actors.Receiving;
using FsCheck;
using FsCheck.Xunit;

namespace Federation.Actors.Tests.Receiving;

public sealed class BoundedQueueTests
{
    private readonly List<MessageRange> _dropped = [];

    [Property(MaxTest = 1000)]
    public void Whatever_is_done_to_it_it_behaves_as_plain_lists_do(OverflowPolicy policy, byte capacity, byte byteCapacity, byte[][] steps)
    {
        var messages = 1 + (capacity % 12);
        var bytes = 1L + byteCapacity;
        var queue = new BoundedQueue(messages, bytes, policy);
        var naive = new NaiveQueue(messages, bytes, policy);
        foreach (var step in steps.Where(step => step.Length > 0))
        {
            Do(step, queue, naive);

            Assert.Equal(naive.Depth, queue.Depth);
            Assert.Equal(naive.InFlight, queue.InFlight);
            Assert.Equal(naive.Bytes, queue.Bytes);
            Assert.Equal(naive.HasWaiting, queue.HasWaiting);
            Assert.Equal(queue.Depth >= messages || queue.Bytes >= bytes, queue.IsFull);
            Assert.True(queue.Depth <= messages);
            Assert.True(queue.Bytes <= bytes || queue.Depth == 1, "only a message alone may be over the byte bound");
            Assert.InRange(queue.Utilization, 0, 1);
        }

        Assert.Equal(naive.Clear(), Messages(queue.Clear()));
        Assert.Equal((0, 0, 0L), (queue.Depth, queue.InFlight, queue.Bytes));
    }

    [Fact]
    public void Messages_come_out_in_the_order_they_went_in()
    {
        var queue = new BoundedQueue(10, 10_000, OverflowPolicy.Block);
        queue.Offer(Batches.All(Batches.Of("a", "b", "c")), _dropped);
        queue.Offer(Batches.All(Batches.Of("d")), _dropped);

        Assert.Equal(["a", "b"], Batches.Ids(queue.Take(2)));
        Assert.Equal(["c", "d"], Batches.Ids(queue.Take(10)));
        Assert.Empty(queue.Take(10));
    }

    [Fact]
    public void Drop_oldest_evicts_the_head_that_waits()
    {
        var queue = Full(OverflowPolicy.DropOldest, "a", "b", "c");

        Assert.Equal(1, queue.Offer(Batches.All(Batches.Of("d")), _dropped));

        Assert.Equal(["a"], Batches.Ids(_dropped));
        Assert.Equal(["b", "c", "d"], Batches.Ids(queue.Take(10)));
    }

    [Fact]
    public void Drop_oldest_never_evicts_what_is_in_flight()
    {
        var queue = Full(OverflowPolicy.DropOldest, "a", "b", "c");
        queue.Take(2);

        queue.Offer(Batches.All(Batches.Of("d", "e")), _dropped);

        Assert.Equal(["c", "d"], Batches.Ids(_dropped));
        Assert.Equal(["a", "b"], Batches.Ids(queue.Settle()));
        Assert.Equal(["e"], Batches.Ids(queue.Take(10)));
    }

    [Fact]
    public void Drop_oldest_refuses_the_newcomer_when_all_are_in_flight()
    {
        var queue = Full(OverflowPolicy.DropOldest, "a", "b");
        queue.Take(2);

        Assert.Equal(1, queue.Offer(Batches.All(Batches.Of("c")), _dropped));

        Assert.Equal(["c"], Batches.Ids(_dropped));
        Assert.Equal(2, queue.InFlight);
    }

    [Fact]
    public void Drop_newest_refuses_the_newcomer_and_keeps_the_rest()
    {
        var queue = Full(OverflowPolicy.DropNewest, "a", "b");

        Assert.Equal(2, queue.Offer(Batches.All(Batches.Of("c", "d")), _dropped));

        Assert.Equal(["c", "d"], Batches.Ids(_dropped));
        Assert.Equal(["a", "b"], Batches.Ids(queue.Take(10)));
    }

    [Fact]
    public void Block_says_how_many_fit_and_drops_none()
    {
        var queue = new BoundedQueue(2, 10_000, OverflowPolicy.Block);

        Assert.Equal(2, queue.Offer(Batches.All(Batches.Of("a", "b", "c")), _dropped));

        Assert.Empty(_dropped);
        Assert.True(queue.IsFull);
        Assert.Equal(0, queue.Offer(Batches.All(Batches.Of("d")), _dropped));
    }

    [Fact]
    public void The_byte_bound_is_a_bound_of_its_own()
    {
        var queue = new BoundedQueue(100, 50, OverflowPolicy.DropNewest);

        queue.Offer(Batches.All(Batches.OfLengths(20, 20, 20, 10)), _dropped);

        Assert.Equal((3, 50L), (queue.Depth, queue.Bytes));
        Assert.Equal(2, Assert.Single(_dropped).From);
        Assert.True(queue.IsFull);
        Assert.Equal(1.0, queue.Utilization);
    }

    [Fact]
    public void A_message_over_the_byte_bound_is_taken_in_by_an_empty_queue_alone()
    {
        var queue = new BoundedQueue(100, 50, OverflowPolicy.Block);

        Assert.Equal(1, queue.Offer(Batches.All(Batches.OfLengths(500, 1)), _dropped));
        Assert.Equal((1, 500L), (queue.Depth, queue.Bytes));

        queue.Take(1);
        queue.Settle();
        Assert.Equal((0, 0L), (queue.Depth, queue.Bytes));
    }

    [Fact]
    public void What_is_returned_waits_in_front_of_the_rest_and_in_its_old_order()
    {
        var queue = Full(OverflowPolicy.Block, "a", "b", "c", "d");
        queue.Take(1);
        queue.Take(2);

        queue.Return();

        Assert.Equal((4, 0), (queue.Depth, queue.InFlight));
        Assert.Equal(["a", "b", "c", "d"], Batches.Ids(queue.Take(10)));
    }

    [Fact]
    public void Settling_more_than_is_in_flight_is_a_fault_that_changes_nothing()
    {
        var queue = Full(OverflowPolicy.Block, "a");

        Assert.Throws<InvalidOperationException>(() => queue.Settle());

        Assert.Equal(["a"], Batches.Ids(queue.Clear()));
    }

    /// <summary>One step: what to do from the first byte, the lengths of what is offered from the others.</summary>
    private static void Do(byte[] step, BoundedQueue queue, NaiveQueue naive)
    {
        switch (step[0] % 8)
        {
            case 0 or 1 or 2 or 3:
                int[] lengths = [.. step.Select(length => 1 + (length % 80))];
                var batch = Batches.OfLengths(lengths);
                List<MessageRange> dropped = [];
                List<(EnvelopeBatch Batch, int Index)> naivelyDropped = [];
                Assert.Equal(naive.Offer(batch, naivelyDropped), queue.Offer(Batches.All(batch), dropped));
                Assert.Equal(naivelyDropped, Messages(dropped));
                break;
            case 4 or 5:
                var limit = 1 + (step[0] % 5);
                Assert.Equal(naive.Take(limit), Messages(queue.Take(limit)));
                break;
            case 6 when naive.HasInFlight:
                Assert.Equal(naive.Settle(), Messages(queue.Settle()));
                break;
            case 7 when step.Length == 1:
                Assert.Equal(naive.Clear(), Messages(queue.Clear()));
                break;
            case 7:
                naive.Return();
                queue.Return();
                break;
        }
    }

    private static IEnumerable<(EnvelopeBatch Batch, int Index)> Messages(IEnumerable<MessageRange> ranges) =>
        ranges.SelectMany(range => Enumerable.Range(range.From, range.Count).Select(index => (range.Batch, index)));

    private static BoundedQueue Full(OverflowPolicy policy, params string[] ids)
    {
        var queue = new BoundedQueue(ids.Length, 10_000, policy);
        Assert.Equal(ids.Length, queue.Offer(Batches.All(Batches.Of(ids)), []));
        return queue;
    }
}
