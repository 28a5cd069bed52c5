using Federation.Actors.Diagnostics;

namespace Federation.Actors.Tests.Diagnostics;

public sealed class EventGateTests
{
    private static readonly DateTimeOffset Start = DateTimeOffset.UnixEpoch;
    private readonly EventGate<(string Component, FederationEventKind Kind, string Peer), FederationEvent> _gate = ComponentEvents.Gate();

    [Fact]
    public void The_first_of_a_kind_goes_through_and_the_next_within_a_second_does_not()
    {
        Assert.Equal("first", Offer(0, "first")?.Text);
        Assert.Null(Offer(0.9, "second"));
        Assert.Empty(Flush(Seconds(0.95)));
    }

    [Fact]
    public void The_last_one_held_back_follows_when_the_second_is_over_with_the_number_of_the_others()
    {
        Offer(0, "first");
        Offer(0.1, "second");
        Offer(0.2, "third");
        Offer(0.3, "fourth");

        var due = Assert.Single(Flush(Seconds(1)));

        Assert.Equal(("fourth", 2), (due.Text, due.HeldBack));
        Assert.Empty(Flush(Seconds(2)));
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
        Assert.NotNull(Offer(new FederationEvent(Start, FederationEventKind.PeerConnected, "a", "p", ""), TimeSpan.Zero));
        Assert.NotNull(Offer(new FederationEvent(Start, FederationEventKind.PeerDisconnected, "a", "p", ""), TimeSpan.Zero));
        Assert.NotNull(Offer(new FederationEvent(Start, FederationEventKind.PeerConnected, "b", "p", ""), TimeSpan.Zero));
        Assert.NotNull(Offer(new FederationEvent(Start, FederationEventKind.PeerConnected, "a", "q", ""), TimeSpan.Zero));
    }

    [Fact]
    public void What_is_due_comes_in_the_order_in_which_it_happened()
    {
        foreach (var (kind, seconds) in new[] { (FederationEventKind.NatsLost, 0.0),
            (FederationEventKind.NatsConnected, 0.1), (FederationEventKind.NatsConnected, 0.3), (FederationEventKind.NatsLost, 0.5) })
        {
            Offer(new FederationEvent(At(seconds), kind, "a", "", ""), Seconds(seconds));
        }

        Assert.Equal([FederationEventKind.NatsConnected, FederationEventKind.NatsLost], Flush(Seconds(2)).Select(said => said.Kind));
    }

    [Fact]
    public void A_queue_at_its_mark_is_told_of_twice_in_ten_seconds_and_the_last_word_is_right()
    {
        List<FederationEvent> told = [];
        for (var tenths = 0; tenths < 198; tenths++)
        {
            var kind = tenths % 4 == 0 ? FederationEventKind.SlowBegan : FederationEventKind.SlowEnded;
            if (tenths % 2 == 0 && Offer(new FederationEvent(At(tenths / 10.0), kind, "a", "", ""), Seconds(tenths / 10.0)) is { } said)
            {
                told.Add(said);
            }

            if (tenths % 10 == 5)
            {
                told.AddRange(Flush(Seconds(tenths / 10.0)));
            }
        }

        Assert.Equal(
            [(FederationEventKind.SlowBegan, 0), (FederationEventKind.SlowEnded, 0), (FederationEventKind.SlowBegan, 24), (
                FederationEventKind.SlowEnded, 24)],
            told.Select(static said => (said.Kind, said.HeldBack)));
        told.AddRange(Flush(Seconds(60)));
        Assert.Equal((FederationEventKind.SlowBegan, At(19.6)), (told[^1].Kind, told[^1].Time));
        Assert.Equal(99, told.Sum(static said => 1 + said.HeldBack));
    }

    [Fact]
    public void More_peers_in_a_second_than_it_tells_apart_are_counted_and_not_shown()
    {
        var shown = 0;
        for (var i = 0; i < ComponentEvents.MaxKeys + 500; i++)
        {
            shown += Offer(new FederationEvent(Start, FederationEventKind.PeerConnected, "a", $"p{i}", ""), TimeSpan.Zero) is null ? 0 : 1;
        }

        Flush(Seconds(1));

        Assert.Equal(ComponentEvents.MaxKeys, shown);
        Assert.Equal(500, Offer(1.1, "after")?.HeldBack);
    }

    [Fact]
    public void Whether_an_event_is_due_can_be_asked_without_being_counted()
    {
        Assert.True(IsDue(0));
        Offer(0, "first");
        Assert.False(IsDue(0.9));
        Assert.True(IsDue(1));
        Assert.Equal(0, Offer(1, "second")?.HeldBack);

        bool IsDue(double seconds) => _gate.IsDue(("edge-in", FederationEventKind.PeerConnected, "sensor"), Seconds(seconds));
    }

    [Fact]
    public void At_the_end_what_was_held_back_of_each_key_comes_whenever_its_last_one_passed()
    {
        Offer(0, "first");
        Offer(0.1, "second");
        Offer(0.2, "third");

        Assert.Equal(("third", 1), Flush(TimeSpan.MaxValue).Select(static due => (due.Text, due.HeldBack)).Single());
    }

    [Fact]
    public void Many_threads_let_one_pass_and_count_all_others()
    {
        var passed = 0;

        Parallel.For(0, 10_000, _ => Interlocked.Add(ref passed, Offer(0, "same") is null ? 0 : 1));

        Assert.Equal(1, passed);
        Assert.Equal(9_998, Assert.Single(Flush(Seconds(1))).HeldBack);
    }

    private static TimeSpan Seconds(double seconds) => TimeSpan.FromSeconds(seconds);

    private static DateTimeOffset At(double seconds) => Start + TimeSpan.FromSeconds(seconds);

    private FederationEvent? Offer(FederationEvent said, TimeSpan now) =>
        _gate.TryPass((said.Component, said.Kind, said.Peer), said, now, out var heldBack) ? said with { HeldBack = heldBack } : null;

    private IReadOnlyList<FederationEvent> Flush(TimeSpan now) =>
        [.. _gate.Flush(now).Select(static due => due.Last with { HeldBack = due.Others }).OrderBy(static due => due.Time)];

    private FederationEvent? Offer(double seconds, string text) =>
        Offer(new FederationEvent(At(seconds), FederationEventKind.PeerConnected, "edge-in", "sensor", text), Seconds(seconds));
}
