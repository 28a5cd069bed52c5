using Federation.Actors.Settings;
using FsCheck.Xunit;

namespace Federation.Actors.Tests.Settings;

/// <summary>How long a lost connection waits.</summary>
public sealed class BackoffTests
{
    private static readonly Backoff Default = new(new ReconnectSettings());

    [Fact]
    public void The_defaults_wait_1_2_4_8_16_32_60_60_seconds() =>
        Assert.Equal(
            [1, 2, 4, 8, 16, 32, 60, 60], Enumerable.Range(0, 8).Select(attempt => Default.Delay(attempt, random: 0).TotalSeconds));

    [Property]
    public bool Jitter_adds_at_most_its_part(ushort attempt, double random)
    {
        var part = Math.Abs(Math.Sin(double.IsFinite(random) ? random : 0.5));
        var plain = Default.Delay(attempt, 0);
        var delay = Default.Delay(attempt, part);
        return delay >= plain && delay <= plain * 1.2 && plain <= TimeSpan.FromSeconds(60);
    }

    [Theory]
    [InlineData(0, 1)]
    [InlineData(7, 7)]
    [InlineData(3600, 60)]
    public void A_wait_that_the_server_asks_for_takes_the_place_of_the_computed_one_within_the_bounds(int asked, int expected) =>
        Assert.Equal(
            (expected, expected * 1.2),
            (Default.Delay(5, 0, TimeSpan.FromSeconds(asked)).TotalSeconds, Default.Delay(5, 1, TimeSpan.FromSeconds(asked)).TotalSeconds));

    [Theory]
    [InlineData(10, 9, false)]
    [InlineData(10, 10, true)]
    [InlineData(0, 1_000_000, false)]
    public void Attempts_are_counted_unless_they_go_on_for_ever(int maxRetries, int attempt, bool exhausted) =>
        Assert.Equal(exhausted, new Backoff(new ReconnectSettings { MaxRetries = maxRetries }).IsExhausted(attempt));

    [Fact]
    public void Disabled_it_never_tries_again() =>
        Assert.True(new Backoff(new ReconnectSettings { Enabled = false, MaxRetries = 0 }).IsExhausted(0));
}
