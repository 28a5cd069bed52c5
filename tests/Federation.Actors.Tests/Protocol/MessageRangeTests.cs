using Federation.Actors.Protocol;
using FsCheck;
using FsCheck.Xunit;

namespace Federation.Actors.Tests.Protocol;

public sealed class MessageRangeTests
{
    [Property]
    public void A_range_counts_its_own_messages_only(NonEmptyArray<bool> withId, NonNegativeInt from, PositiveInt count)
    {
        var envelopes = withId.Get
            .Select((hasId, index) => hasId ? Envelopes.Data($"{index}", 60 + index) : $$"""{"type":"data","payload":{{index}}}""")
            .ToArray();
        var batch = Batches.Of(envelopes);
        var first = from.Get % envelopes.Length;
        var length = 1 + (count.Get - 1) % (envelopes.Length - first);

        var range = new MessageRange(batch, first, length);

        Assert.Equal(first + length, range.End);
        Assert.Equal(envelopes[first..range.End].Sum(envelope => envelope.Length), range.Bytes);
        Assert.Equal(withId.Get[first..range.End].Count(hasId => hasId), range.Answerable);
    }
}
