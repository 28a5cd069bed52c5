using System.Text;
using Federation.Actors.Protocol;
using FsCheck;
using FsCheck.Xunit;

namespace Federation.Actors.Tests.Protocol;

public sealed class OutboundBufferTests
{
    private readonly OutboundBuffer _buffer = new(16);

    [Property]
    public void Texts_come_out_whole_and_in_order(NonNull<string>[] texts)
    {
        var buffer = new OutboundBuffer(4);
        foreach (var text in texts)
        {
            // In two pieces: a text ends where it is said to end, not where a write does.
            var half = text.Get.Length / 2;
            Write(buffer, Encoding.Unicode.GetBytes(text.Get[..half]));
            Write(buffer, Encoding.Unicode.GetBytes(text.Get[half..]));
            buffer.EndMessage();
        }

        Assert.Equal(texts.Select(text => text.Get), Enumerable.Range(0, buffer.Count).Select(
            index => Encoding.Unicode.GetString(buffer[index].Span)));
        Assert.Equal(texts.Sum(text => text.Get.Length * 2), buffer.Length);
        buffer.Release();
    }

    [Fact]
    public void Only_finished_texts_count()
    {
        Write(_buffer, "abc"u8);
        Assert.Equal((0, 0), (_buffer.Count, _buffer.Length));

        _buffer.EndMessage();

        Assert.Equal((1, 3), (_buffer.Count, _buffer.Length));
    }

    [Fact]
    public void A_thousand_texts_keep_their_ends()
    {
        for (var index = 0; index < 1000; index++)
        {
            Write(_buffer, Encoding.ASCII.GetBytes($"{index}"));
            _buffer.EndMessage();
        }

        Assert.Equal(Enumerable.Range(0, 1000).Select(index => $"{index}"), Envelopes.Texts(_buffer));
        _buffer.Release();
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_cleared_or_released_buffer_starts_anew(bool release)
    {
        Write(_buffer, "old"u8);
        _buffer.EndMessage();
        Write(_buffer, "unfinished"u8);
        if (release)
        {
            _buffer.Release();
        }
        else
        {
            _buffer.Clear();
        }

        Assert.Equal((0, 0), (_buffer.Count, _buffer.Length));
        Write(_buffer, "new"u8);
        _buffer.EndMessage();

        Assert.Equal(["new"], Envelopes.Texts(_buffer));
    }

    [Fact]
    public void Memory_is_never_empty_and_as_large_as_asked()
    {
        Assert.NotEqual(0, _buffer.GetMemory().Length);
        Assert.InRange(_buffer.GetMemory(100_000).Length, 100_000, int.MaxValue);
        Assert.InRange(_buffer.GetSpan(200_000).Length, 200_000, int.MaxValue);
        _buffer.Release();
    }

    private static void Write(OutboundBuffer buffer, ReadOnlySpan<byte> bytes)
    {
        bytes.CopyTo(buffer.GetSpan(bytes.Length));
        buffer.Advance(bytes.Length);
    }
}
