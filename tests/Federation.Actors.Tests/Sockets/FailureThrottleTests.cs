using System.Net;
using Federation.Actors.Security;

namespace Federation.Actors.Tests.Sockets;

public sealed class FailureThrottleTests
{
    private static readonly IPAddress Here = IPAddress.Parse("192.0.2.1");

    private readonly ManualTime _time = new();

    [Theory]
    [InlineData(-86_400)]
    [InlineData(86_400)]
    public void The_minute_does_not_notice_that_the_wall_clock_is_set(int seconds)
    {
        var throttle = Throttle(1);
        throttle.Add(Here);

        _time.Utc += TimeSpan.FromSeconds(seconds);

        Assert.Equal(TimeSpan.FromMinutes(1), throttle.RetryAfter(Here));
    }

    [Fact]
    public void An_address_is_refused_after_so_many_failures_until_the_minute_of_the_first_has_passed()
    {
        var throttle = Throttle(3);
        throttle.Add(Here);
        _time.Advance(TimeSpan.FromSeconds(20));
        throttle.Add(Here);
        Assert.Null(throttle.RetryAfter(Here));
        throttle.Add(Here);

        Assert.Equal(TimeSpan.FromSeconds(40), throttle.RetryAfter(Here));
        _time.Advance(TimeSpan.FromSeconds(39));
        Assert.Equal(TimeSpan.FromSeconds(1), throttle.RetryAfter(Here));
        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.Null(throttle.RetryAfter(Here));
        Assert.Equal(0, throttle.Count);
    }

    [Fact]
    public void Other_addresses_are_not_affected()
    {
        var throttle = Throttle(1);
        throttle.Add(Here);

        Assert.NotNull(throttle.RetryAfter(Here));
        Assert.Null(throttle.RetryAfter(IPAddress.Parse("192.0.2.2")));
        Assert.Null(throttle.RetryAfter(null));
    }

    [Theory]
    [InlineData("2001:db8:0:1::1", "2001:db8:0:1:ffff::2", true)]
    [InlineData("2001:db8:0:1::1", "2001:db8:0:2::1", false)]
    [InlineData("::ffff:192.0.2.1", "192.0.2.1", true)]
    [InlineData("::ffff:192.0.2.1", "::ffff:192.0.2.2", false)]
    public void Addresses_of_one_network_count_as_one(string failed, string asking, bool refused)
    {
        var throttle = Throttle(1);
        throttle.Add(IPAddress.Parse(failed));

        Assert.Equal(refused, throttle.RetryAfter(IPAddress.Parse(asking)) is not null);
    }

    [Fact]
    public void Zero_means_no_limit()
    {
        var throttle = Throttle(0);
        for (var i = 0; i < 1000; i++)
        {
            throttle.Add(Here);
        }

        Assert.Null(throttle.RetryAfter(Here));
        Assert.Equal(0, throttle.Count);
    }

    [Fact]
    public void However_many_addresses_fail_the_memory_is_bounded_and_the_latest_are_kept()
    {
        var throttle = Throttle(1);
        for (var i = 0; i < FailureThrottle.MaxAddresses + 5; i++)
        {
            throttle.Add(new IPAddress(i));
        }

        Assert.Equal(FailureThrottle.MaxAddresses, throttle.Count);
        Assert.Null(throttle.RetryAfter(new IPAddress(4)));
        Assert.NotNull(throttle.RetryAfter(new IPAddress(5)));
        Assert.NotNull(throttle.RetryAfter(new IPAddress(FailureThrottle.MaxAddresses + 4)));
    }

    private FailureThrottle Throttle(int maxFailures) => new(maxFailures, _time);
}
