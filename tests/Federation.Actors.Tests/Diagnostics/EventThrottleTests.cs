using Federation.Actors.Diagnostics;

namespace Federation.Actors.Tests.Diagnostics;

public sealed class EventThrottleTests
{
    private static readonly DateTimeOffset Start = DateTimeOffset.UnixEpoch;
    private readonly EventThrottle _throttle = new();

    [Fact]
    public void The_first_of_a_kind_goes_through_and_the_next_within_a_second_does_not()
    {
        Assert.Equal("first", Offer(0, "first")?.Text);
        Assert.Null(Offer(0.9, "second"));
        Assert.Empty(_throttle.Flush(Seconds(0.95)));
    }

    [Fact]
    public void The_last_one_held_back_follows_when_the_second_is_over_with_the_number_of_the_others()
    {
        Offer(0, "first");
        Offer(0.1, "second");
        Offer(0.2, "third");
        Offer(0.3, "fourth");

        var due = Assert.Single(_throttle.Flush(Seconds(1)));

        Assert.Equal(("fourth", 2), (due.Text, due.HeldBack));
        Assert.Empty(_throttle.Flush(Seconds(2)));
    }

    [Fact]
    public void One_that_comes_when_the_second_is_over_takes_those_before_it_along()
    {
        Offer(0, "first");
        Offer(0.5, "second");

        var said = Offer(1, "third");

        Assert.Equal(("third", 1), (said?.Text, said?.HeldBack));
    }

    [Fact]
    public void Kinds_components_and_peers_do_not_hold_each_other_back()
    {
        Assert.NotNull(_throttle.Offer(new FederationEvent(Start, FederationEventKind.PeerConnected, "a", "p", ""), TimeSpan.Zero));
        Assert.NotNull(_throttle.Offer(new FederationEvent(Start, FederationEventKind.PeerDisconnected, "a", "p", ""), TimeSpan.Zero));
        Assert.NotNull(_throttle.Offer(new FederationEvent(Start, FederationEventKind.PeerConnected, "b", "p", ""), TimeSpan.Zero));
        Assert.NotNull(_throttle.Offer(new FederationEvent(Start, FederationEventKind.PeerConnected, "a", "q", ""), TimeSpan.Zero));
    }

    [Fact]
    public void What_is_due_comes_in_the_order_in_which_it_happened()
    {
        foreach (var (kind, seconds) in new[] { (FederationEventKind.NatsLost, 0.0), (FederationEventKind.NatsConnected, 0.1), (FederationEventKind.NatsConnected, 0.3), (FederationEventKind.NatsLost, 0.5) })
        {
            _throttle.Offer(new FederationEvent(At(seconds), kind, "a", "", ""), Seconds(seconds));
        }

        Assert.Equal([FederationEventKind.NatsConnected, FederationEventKind.NatsLost], _throttle.Flush(Seconds(2)).Select(said => said.Kind));
    }

    [Fact]
    public void A_queue_at_its_mark_is_told_of_twice_in_ten_seconds_and_the_last_word_is_right()
    {
        List<FederationEvent> told = [];
        for (var tenths = 0; tenths < 198; tenths++)
        {
            var kind = tenths % 4 == 0 ? FederationEventKind.SlowBegan : FederationEventKind.SlowEnded;
            if (tenths % 2 == 0 && _throttle.Offer(new FederationEvent(At(tenths / 10.0), kind, "a", "", ""), Seconds(tenths / 10.0)) is { } said)
            {
                told.Add(said);
            }

            if (tenths % 10 == 5)
            {
                told.AddRange(_throttle.Flush(Seconds(tenths / 10.0)));
            }
        }

        Assert.Equal(
            [(FederationEventKind.SlowBegan, 0), (FederationEventKind.SlowEnded, 0), (FederationEventKind.SlowBegan, 24), (FederationEventKind.SlowEnded, 24)],
            told.Select(static said => (said.Kind, said.HeldBack)));
        told.AddRange(_throttle.Flush(Seconds(60)));
        Assert.Equal((FederationEventKind.SlowBegan, At(19.6)), (told[^1].Kind, told[^1].Time));
        Assert.Equal(99, told.Sum(static said => 1 + said.HeldBack));
    }

    [Fact]
    public void More_peers_in_a_second_than_it_tells_apart_are_counted_and_not_shown()
    {
        var shown = 0;
        for (var i = 0; i < EventThrottle.MaxKeys + 500; i++)
        {
            shown += _throttle.Offer(new FederationEvent(Start, FederationEventKind.PeerConnected, "a", $"p{i}", ""), TimeSpan.Zero) is null ? 0 : 1;
        }

        _throttle.Flush(Seconds(1));

        Assert.Equal(EventThrottle.MaxKeys, shown);
        Assert.Equal(500, Offer(1.1, "after")?.HeldBack);
    }

    private static TimeSpan Seconds(double seconds) => TimeSpan.FromSeconds(seconds);

    private static DateTimeOffset At(double seconds) => Start + TimeSpan.FromSeconds(seconds);

    private FederationEvent? Offer(double seconds, string text) =>
        _throttle.Offer(new FederationEvent(At(seconds), FederationEventKind.PeerConnected, "edge-in", "sensor", text), Seconds(seconds));
}
