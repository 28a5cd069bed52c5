using Akka.Actor;
using Federation.Actors.Diagnostics;
using Federation.Actors.Protocol;
using Federation.Actors.Security;
using Federation.Actors.Sockets;
using Federation.Actors.Tests.Protocol;

namespace Federation.Actors.Tests.Sockets;

public sealed class ReceiveThrottleTests : global::Akka.TestKit.Xunit2.TestKit
{
    private readonly ManualTime _time = new();
    private readonly CountedSource _pump = new();
    private readonly ComponentMetrics _metrics = new(new FederationMetrics(), "hub");

    [Fact]
    public void Without_a_rate_there_is_no_throttle()
    {
        Assert.Null(ReceiveThrottle.Of(_pump, permissions: null, _time));
        Assert.Null(ReceiveThrottle.Of(_pump, Permissions(new ProfileSettings()), _time));
    }

    [Theory]
    [InlineData(100, 10)]
    [InlineData(1, 1)]
    [InlineData(0.1, 1)]
    [InlineData(1_000_000, SocketPump.BatchLimit)]
    public void A_batch_has_the_messages_of_a_tenth_of_a_second(double rate, int most) => Assert.Equal(most, Of(rate: rate).BatchLimit);

    [Fact]
    public void A_credit_is_returned_at_once_as_long_as_the_peer_keeps_to_its_rate()
    {
        var throttle = Of(rate: 100);

        for (var second = 0; second < 10; second++)
        {
            for (var i = 0; i < 10; i++)
            {
                Spend(throttle, 10);
                _time.Advance(TimeSpan.FromMilliseconds(100));
            }
        }

        Assert.Equal(100, _pump.Returned);
        Assert.Equal(0, _metrics.Denials(DenialReason.Rate).Value);
    }

    [Fact]
    public void Credits_are_held_back_until_the_messages_are_paid()
    {
        var throttle = Of(rate: 100);

        Spend(throttle, 10);
        Spend(throttle, 10);
        Assert.Equal(1, _pump.Returned);
        _time.Advance(TimeSpan.FromMilliseconds(99));
        Assert.Equal(1, _pump.Returned);
        _time.Advance(TimeSpan.FromMilliseconds(1));

        Assert.Equal(2, _pump.Returned);
        Assert.Equal(1, _metrics.Denials(DenialReason.Rate).Value);
    }

    [Fact]
    public void What_is_read_meanwhile_holds_back_the_credits_that_wait()
    {
        var throttle = Of(rate: 100);

        Spend(throttle, 20);
        throttle.Spend(Batches.Of([.. Enumerable.Range(0, 10).Select(static i => Envelopes.Data($"{i}", 60))]));
        _time.Advance(TimeSpan.FromMilliseconds(199));
        Assert.Equal(0, _pump.Returned);
        _time.Advance(TimeSpan.FromMilliseconds(1));

        Assert.Equal(1, _pump.Returned);
    }

    [Fact]
    public void Over_any_time_a_pump_that_reads_as_it_may_keeps_the_rate()
    {
        var throttle = Of(rate: 50);
        var (read, credits) = (0, 2);
        for (var i = 0; i < 100; i++)
        {
            var returned = _pump.Returned;
            for (; credits > 0; credits--)
            {
                read += 5;
                Spend(throttle, 5);
            }

            _time.Advance(TimeSpan.FromMilliseconds(100));
            credits += _pump.Returned - returned;
        }

        // A second batch and a burst more than 10 s permit.
        Assert.InRange(read, 490, 500 + 15);
    }

    [Fact]
    public void Bytes_have_a_rate_of_their_own()
    {
        var throttle = Of(bytesRate: 1000);
        var text = Envelopes.Data("a", 200);
        Assert.False(throttle.IsFull(null));
        Assert.False(throttle.IsFull(Batches.Of(Envelopes.Data("a", 60))));
        Assert.True(throttle.IsFull(Batches.Of(text)));

        throttle.Spend(Batches.Of(text));
        throttle.ReturnCredit();
        _time.Advance(TimeSpan.FromMilliseconds(99));
        Assert.Equal(0, _pump.Returned);
        _time.Advance(TimeSpan.FromMilliseconds(1));

        Assert.Equal(1, _pump.Returned);
    }

    [Fact]
    public void Requests_and_refused_messages_count_and_answers_do_not()
    {
        var throttle = Of(rate: 10);
        throttle.Spend(Batches.Of("""{"type":"ack","id":"1"}""", """{"type":"slow","id":"2"}"""));
        throttle.ReturnCredit();
        Assert.Equal(1, _pump.Returned);

        throttle.Spend(Batches.Of("""{"type":"request","id":"1","payload":{"method":"status"}}""", """{"type":"data","id":"2"}"""));
        throttle.ReturnCredit();
        _time.Advance(TimeSpan.FromMilliseconds(99));
        Assert.Equal(1, _pump.Returned);
        _time.Advance(TimeSpan.FromMilliseconds(1));

        Assert.Equal(2, _pump.Returned);
    }

    [Fact]
    public void Nothing_is_held_back_after_the_end()
    {
        var throttle = Of(rate: 1);
        Spend(throttle, 10);
        Assert.Equal(0, _pump.Returned);

        throttle.Dispose();
        Spend(throttle, 10);

        Assert.Equal(1, _pump.Returned);
    }

    private static void Spend(ReceiveThrottle throttle, int messages)
    {
        throttle.Spend(Batches.Of([.. Enumerable.Range(0, messages).Select(static i => Envelopes.Data($"{i}", 60))]));
        throttle.ReturnCredit();
    }

    private ReceiveThrottle Of(double rate = 0, long bytesRate = 0) =>
        ReceiveThrottle.Of(_pump, Permissions(new ProfileSettings { MaxRate = rate, MaxBytesRate = bytesRate }), _time)!;

    private PeerPermissions Permissions(ProfileSettings profile) =>
        new(profile, "edge-7", new DenialReports(_metrics, new FederationLog(Sys, Sys.Log, "hub"), ActorRefs.Nobody));
}
