using Federation.Actors.Protocol;
using FsCheck.Xunit;

namespace Federation.Actors.Tests.Protocol;

public sealed class AnswerFrameTests
{
    [Property(MaxTest = 5000)]
    public void No_bytes_make_the_reader_throw(byte[] bytes)
    {
        List<AnswerRange> ranges = [];
        if (AnswerFrame.Read([BatchFrame.Answers, .. bytes], ranges) is null)
        {
            Assert.NotEmpty(ranges);
            Assert.All(ranges, static range => Assert.True(range is { First: > 0, Count: > 0 } && range.End > range.First));
        }
    }

    [Property]
    public void Numbers_come_out_as_they_went_in(long any)
    {
        Span<byte> bytes = stackalloc byte[BatchFrame.MaxNumber];
        foreach (var value in (long[])[any & long.MaxValue, 0, 127, 128, long.MaxValue])
        {
            var length = BatchFrame.WriteNumber(bytes, value);
            var at = 0;
            Assert.True(BatchFrame.TryReadNumber(bytes, ref at, out var read));
            Assert.Equal((value, length), (read, at));

            at = 0;
            Assert.False(BatchFrame.TryReadNumber(bytes[..(length - 1)], ref at, out _));
        }
    }
}
