using Federation.Actors.Diagnostics;

namespace Federation.Actors.Tests.Diagnostics;

public sealed class LogThrottleTests
{
    private readonly LogThrottle _throttle = new();
    private TimeSpan _now = TimeSpan.FromDays(1);

    [Fact]
    public void The_first_passes_and_the_others_of_the_same_second_are_counted()
    {
        Assert.Equal(0, Pass());
        Assert.Null(Pass());
        After(0.999);
        Assert.Null(Pass());
        After(0.001);

        Assert.Equal(2, Pass());
        Assert.Null(Pass());
        After(1);
        Assert.Equal(1, Pass());
        After(1);
        Assert.Equal(0, Pass());
    }

    [Fact]
    public void Other_events_and_other_components_do_not_wait_for_each_other()
    {
        Pass();

        Assert.Equal(0, Pass(what: LogEvents.BusNotice));
        Assert.Equal(0, Pass("other"));
        Assert.Null(Pass());
    }

    [Fact]
    public void What_is_held_back_at_the_end_can_be_said_once()
    {
        Pass();
        Pass();
        Pass();
        Pass("other");

        Assert.Equal([("edge-in", LogEvents.BusLost, 2)], _throttle.TakeHeldBack());
        Assert.Empty(_throttle.TakeHeldBack());
    }

    [Fact]
    public void Many_threads_let_one_pass_and_count_all_others()
    {
        var passed = 0;

        Parallel.For(0, 10_000, _ => Interlocked.Add(ref passed, Pass() is null ? 0 : 1));

        Assert.Equal(1, passed);
        Assert.Equal(9_999, Assert.Single(_throttle.TakeHeldBack()).HeldBack);
    }

    private int? Pass(string component = "edge-in", LoggedEvent? what = null) =>
        _throttle.TryPass(component, what ?? LogEvents.BusLost, _now, out var heldBack) ? heldBack : null;

    private void After(double seconds) => _now += TimeSpan.FromSeconds(seconds);
}
