using Federation.Actors.Diagnostics;

namespace Federation.Actors.Tests.Diagnostics;

public sealed class DropWatchTests
{
    private readonly DropWatch _watch = new("edge-in");
    private readonly Dictionary<string, long> _drops = new(StringComparer.Ordinal);

    [Fact]
    public void Nothing_dropped_is_no_event()
    {
        Assert.Null(Observe(1));
    }

    [Fact]
    public void The_first_drops_are_told_at_once_and_the_next_every_ten_seconds()
    {
        _drops["queue_full"] = 1;
        Assert.Equal("edge-in has dropped 1 message (1 queue_full)", Observe(1));

        _drops["queue_full"] = 2001;
        _drops["too_large"] = 5;
        Assert.Null(Observe(2));
        Assert.Null(Observe(10.9));

        Assert.Equal("edge-in has dropped 2,005 more messages (2,000 queue_full, 5 too_large)", Observe(11));
    }

    [Fact]
    public void Drops_after_a_quiet_time_are_told_at_once()
    {
        _drops["queue_full"] = 1;
        Observe(1);
        Assert.Null(Observe(11));

        _drops["queue_full"] = 3;

        Assert.Equal("edge-in has dropped 2 messages (2 queue_full)", Observe(12));
    }

    private string? Observe(double seconds) =>
        _watch.Observe(_drops, new Instant(TimeSpan.FromSeconds(seconds), DateTimeOffset.UnixEpoch))?.Text;
}
