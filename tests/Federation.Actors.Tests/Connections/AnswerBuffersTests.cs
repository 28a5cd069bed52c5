using Federation.Actors.Connections;
using Federation.Actors.Protocol;
using Federation.Actors.Tests.Protocol;

namespace Federation.Actors.Tests.Connections;

public sealed class AnswerBuffersTests
{
    private readonly AnswerBuffers _buffers = new(64);

    [Fact]
    public void There_is_nothing_to_send_before_something_was_written()
    {
        Assert.True(_buffers.IsIdle);
        Assert.Null(_buffers.Begin());
        Assert.False(_buffers.IsSending);
    }

    [Fact]
    public void All_that_was_written_is_sent_at_once_and_what_is_written_meanwhile_next()
    {
        Write("a");
        Write("b");
        var first = _buffers.Begin();
        Write("c");

        Assert.Equal(["a", "b"], Ids(first));
        Assert.True(_buffers.IsSending);
        Assert.Null(_buffers.Begin());

        _buffers.End();
        Assert.False(_buffers.IsIdle);
        Assert.Equal(["c"], Ids(_buffers.Begin()));
        _buffers.End();
        Assert.True(_buffers.IsIdle);
    }

    [Fact]
    public void Bytes_count_until_they_are_sent()
    {
        Write("a");
        var one = _buffers.Bytes;
        Assert.Equal(_buffers.Filling.Length, one);

        _buffers.Begin();
        Assert.Equal(one, _buffers.Bytes);
        Write("b");
        Assert.Equal(one * 2, _buffers.Bytes);

        _buffers.End();
        Assert.Equal(one, _buffers.Bytes);
        _buffers.Begin();
        _buffers.End();
        Assert.Equal(0, _buffers.Bytes);
    }

    [Fact]
    public void What_a_writer_holds_survives_the_release()
    {
        Write("a");
        var sending = _buffers.Begin();
        Write("b");

        _buffers.Release();

        Assert.Equal(["a"], Ids(sending));
        Assert.Equal(0, _buffers.Filling.Count);
        _buffers.End();
        Assert.Equal(0, sending!.Count);
    }

    private static IEnumerable<string?> Ids(OutboundBuffer? buffer) => Envelopes.Texts(buffer!).Select(text => Envelopes.Read(text)?.Id);

    private void Write(string id) => EnvelopeWriter.WriteAck(_buffers.Filling, System.Text.Encoding.UTF8.GetBytes(id), 1);
}
