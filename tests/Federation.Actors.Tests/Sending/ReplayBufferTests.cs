using Federation.Actors.Diagnostics;
using Federation.Actors.Protocol;
using Federation.Actors.Sending;
using FsCheck.Xunit;

namespace Federation.Actors.Tests.Sending;

public sealed class ReplayBufferTests
{
    private static readonly TimeSpan Long = TimeSpan.FromDays(1);

    private static readonly ReplayParams Everything = new(null, null, 1);

    [Property(MaxTest = 2000)]
    public void It_holds_and_selects_what_a_plain_list_would(
        byte capacity, byte byteCapacity, (byte Length, sbyte Time)[] added, int? count, sbyte? time, byte? sequence)
    {
        var most = 1 + (capacity % 10);
        var mostBytes = 1L + byteCapacity;
        var buffer = new ReplayBuffer(most, mostBytes, Long);
        List<ReplayMessage> naive = [];
        foreach (var (length, at) in added)
        {
            var message = Message(length);
            Assert.Equal(buffer.LastSequence + 1, buffer.Add(At(at), message));
            if (length <= mostBytes)
            {
                naive.Add(new ReplayMessage(buffer.LastSequence, at, TimeSpan.FromMilliseconds(at), message));
            }

            while (naive.Count > most || naive.Sum(kept => (long)kept.Message.Payload.Length) > mostBytes)
            {
                naive.RemoveAt(0);
            }

            Assert.Equal((naive.Count, naive.Sum(kept => (long)kept.Message.Payload.Length)), (buffer.Count, buffer.Bytes));
        }

        var last = count is { } c ? 1 + Math.Abs(c % 6) : default(int?);
        var request = new ReplayParams(last, time, sequence is { } s ? s % 20 : null);
        var expected = naive.Where(message => time is null || message.Time >= time)
            .Where(message => sequence is null || message.Sequence >= sequence % 20);
        Assert.Equal(expected.TakeLast(last ?? int.MaxValue), buffer.Select(request, "one", TimeSpan.Zero));
    }

    [Fact]
    public void The_oldest_gives_way()
    {
        var buffer = Filled(3, 100, 10, 10, 10, 10);

        Assert.Equal([2, 3, 4], Sequences(buffer, Everything));
    }

    [Fact]
    public void The_byte_bound_is_a_bound_of_its_own()
    {
        var buffer = Filled(100, 30, 10, 10, 10, 15);

        Assert.Equal([3, 4], Sequences(buffer, Everything));
        Assert.Equal(25, buffer.Bytes);
    }

    [Fact]
    public void A_message_over_the_byte_bound_is_numbered_but_not_kept()
    {
        var buffer = Filled(100, 30, 10, 31, 10);

        Assert.Equal([1, 3], Sequences(buffer, Everything));
        Assert.Equal(3, buffer.LastSequence);
    }

    [Fact]
    public void All_bounds_of_a_request_apply_and_the_count_keeps_the_latest()
    {
        var buffer = Filled(100, 1000, 1, 1, 1, 1, 1, 1);

        Assert.Equal([3, 4, 5, 6], Sequences(buffer, new ReplayParams(null, 1003, null)));
        Assert.Equal([4, 5, 6], Sequences(buffer, new ReplayParams(null, 1003, 4)));
        Assert.Equal([5, 6], Sequences(buffer, new ReplayParams(2, 1003, 4)));
        Assert.Empty(Sequences(buffer, new ReplayParams(2, 2000, 4)));
    }

    [Fact]
    public void A_selection_does_not_change_when_messages_come()
    {
        var buffer = Filled(2, 100, 1, 1);
        var selected = buffer.Select(Everything, "one", TimeSpan.Zero);

        buffer.Add(At(0), Message(0));

        Assert.Equal([1, 2], selected.Select(message => message.Sequence));
    }

    [Fact]
    public void What_is_too_old_is_neither_kept_nor_selected()
    {
        var buffer = new ReplayBuffer(10, 1000, TimeSpan.FromSeconds(5));
        buffer.Add(At(1_000), Message(1));
        buffer.Add(At(4_000), Message(1));

        Assert.Equal(2, buffer.Select(Everything, "one", TimeSpan.FromMilliseconds(6_000)).Count);
        Assert.Equal(2, Assert.Single(buffer.Select(Everything, "one", TimeSpan.FromMilliseconds(6_001))).Sequence);
        buffer.Add(At(20_000), Message(1));
        Assert.Equal((1, 1L), (buffer.Count, buffer.Bytes));
    }

    private static Instant At(double milliseconds) =>
        new(TimeSpan.FromMilliseconds(milliseconds), DateTimeOffset.UnixEpoch.AddMilliseconds(milliseconds));

    private static OutboundMessage Message(int length) =>
        new() { Source = new OutboundSource("msg-"), Number = 1, Subject = "s", Payload = new byte[length] };

    private static ReplayBuffer Filled(int capacity, long byteCapacity, params int[] lengths)
    {
        var buffer = new ReplayBuffer(capacity, byteCapacity, Long);
        for (var i = 0; i < lengths.Length; i++)
        {
            buffer.Add(At(1001 + i), Message(lengths[i]));
        }

        return buffer;
    }

    private static IEnumerable<long> Sequences(ReplayBuffer buffer, ReplayParams request) =>
        buffer.Select(request, "one", TimeSpan.Zero).Select(message => message.Sequence);
}
