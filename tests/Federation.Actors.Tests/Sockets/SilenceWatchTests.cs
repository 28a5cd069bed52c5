using Federation.Actors.Sockets;

namespace Federation.Actors.Tests.Sockets;

public sealed class SilenceWatchTests
{
    private const long PingAfter = 100;
    private const long GoneAfter = 50;
    private SilenceWatch _watch;

    [Fact]
    public void A_silent_peer_is_pinged_once_and_gone_when_nothing_comes()
    {
        Assert.Equal(SilenceVerdict.Fine, Look(1_099, 1_000));
        Assert.Equal(SilenceVerdict.Ping, Look(1_100, 1_000));
        Assert.Equal(SilenceVerdict.Fine, Look(1_149, 1_000));
        Assert.Equal(SilenceVerdict.Gone, Look(1_150, 1_000));
    }

    [Fact]
    public void Anything_the_peer_sends_counts_as_its_answer()
    {
        Assert.Equal(SilenceVerdict.Ping, Look(1_100, 1_000));
        Assert.Equal(SilenceVerdict.Fine, Look(1_150, 1_149));
        Assert.Equal(SilenceVerdict.Fine, Look(1_248, 1_149));
        Assert.Equal(SilenceVerdict.Ping, Look(1_249, 1_149));
    }

    [Fact]
    public void A_reader_held_up_by_backpressure_is_not_held_against_the_peer()
    {
        Assert.Equal(SilenceVerdict.Ping, Look(1_100, 1_000));
        Assert.Equal(SilenceVerdict.Fine, Look(9_000, 0));
        Assert.Equal(SilenceVerdict.Fine, Look(9_001, 9_000));
    }

    [Fact]
    public void A_write_that_does_not_end_while_the_reader_does_not_wait_is_held_against_the_peer()
    {
        Assert.Equal(SilenceVerdict.Fine, Look(1_000, 0, currentWrite: 7));
        Assert.Equal(SilenceVerdict.Fine, Look(1_100, 0, currentWrite: 8));
        Assert.Equal(SilenceVerdict.Fine, Look(1_249, 0, currentWrite: 8));
        Assert.Equal(SilenceVerdict.Gone, Look(1_250, 0, currentWrite: 8));
    }

    private SilenceVerdict Look(long now, long waitingSince, int currentWrite = 0) =>
        _watch.Look(now, waitingSince, currentWrite, PingAfter, GoneAfter);
}
