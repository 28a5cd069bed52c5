using Federation.Actors.Nats;
using NATS.Client.JetStream.Models;

namespace Federation.Actors.Tests.Nats;

public sealed class SkippedMessagesTests
{
    private readonly List<(long Count, bool IsExact)> _reported = [];

    [Fact]
    public void What_the_limits_removed_while_a_peer_was_away_is_counted_when_it_is_back()
    {
        var skipped = Of("events.>");

        skipped.Opened(Stream(91, 100), Consumer(0, 0));
        skipped.Given(91);
        skipped.Given(92);

        Assert.Equal([(90, true)], _reported);
    }

    [Fact]
    public void What_was_on_its_way_when_a_peer_left_and_is_gone_since_is_counted_with_it()
    {
        var skipped = Of("events.>");

        skipped.Opened(Stream(91, 100), Consumer(30, 30) with { NumAckPending = 5, AckFloor = new SequenceInfo { StreamSeq = 20 } });

        Assert.Equal([(65, true)], _reported);
    }

    [Fact]
    public void A_new_consumer_misses_nothing_of_what_was_there_before()
    {
        var skipped = Of("events.>");

        skipped.Opened(Stream(91, 100), Consumer(90, 0));
        skipped.Given(91);
        skipped.Given(95);
        skipped.Given(100);

        Assert.Empty(_reported);
    }

    [Fact]
    public void What_overtakes_a_peer_that_is_connected_is_counted_too()
    {
        var skipped = Of("events.>");
        skipped.Opened(Stream(1, 10), Consumer(10, 10));
        skipped.Given(11);
        skipped.Given(61);

        // After an outage the next consumer begins where it can.
        skipped.Opened(Stream(72, 80), Consumer(71, 0));
        skipped.Given(72);

        Assert.Equal([(49, true), (10, true)], _reported);
    }

    [Fact]
    public void Of_a_part_of_a_stream_only_an_upper_bound_is_known()
    {
        var skipped = Of("events.a");

        skipped.Opened(Stream(91, 100), Consumer(50, 20));
        skipped.Given(95);
        skipped.Given(99);

        Assert.Equal([(40, false)], _reported);
    }

    [Fact]
    public void A_stream_that_is_made_again_begins_at_its_first_message()
    {
        var skipped = Of("events.>");
        skipped.Opened(Stream(1, 10), Consumer(10, 10));

        skipped.Opened(Stream(3, 5, created: 2), Consumer(2, 0));
        skipped.Given(3);

        Assert.Equal([(2, true)], _reported);
    }

    private static StreamInfo Stream(int first, int last, int created = 1) => new()
    {
        Created = DateTimeOffset.UnixEpoch.AddDays(created),
        Config = new StreamConfig("events", ["events.>"]),
        State = new StreamState { FirstSeq = (ulong)first, LastSeq = (ulong)last },
    };

    private static ConsumerInfo Consumer(int stream, int consumer) => new()
    {
        Name = "one",
        StreamName = "events",
        Config = new ConsumerConfig(),
        Delivered = new SequenceInfo { StreamSeq = (ulong)stream, ConsumerSeq = (ulong)consumer },
    };

    private SkippedMessages Of(string subject) =>
        new(new InputPortSettings { Name = "events", Subject = subject, Type = PortType.Jetstream }, (count, isExact) => _reported.Add(
            (count, isExact)));
}
