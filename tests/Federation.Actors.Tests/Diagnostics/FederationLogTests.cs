using Akka.Event;
using Federation.Actors.Diagnostics;

namespace Federation.Actors.Tests.Diagnostics;

public sealed class FederationLogTests : VirtualTimeKit
{
    private readonly FederationLog _log;

    public FederationLogTests()
    {
        _log = new FederationLog(Sys, Logging.GetLogger(Sys, "test"), "edge-in");
        Sys.EventStream.Subscribe(TestActor, typeof(LogEvent));
    }

    [Fact]
    public void A_line_names_its_event_and_its_component()
    {
        Assert.True(_log.Write(LogEvents.BusLost, "{Component} has lost its bus: {Reason}", "edge-in", "gone"));

        var line = ExpectMsg<Warning>();
        Assert.True(line.TryGetProperties(out var properties));
        Assert.Equal(302, properties!["EventId"]);
        Assert.Equal("bus_lost", properties["EventName"]);
        Assert.Equal("edge-in", properties["Component"]);
        Assert.Equal("gone", properties["Reason"]);
        Assert.EndsWith("edge-in has lost its bus: gone", line.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void The_next_line_says_how_many_were_held_back()
    {
        _log.Write(LogEvents.BusLost, "lost {Reason}", 1);
        ExpectMsg<Warning>();
        Assert.False(_log.Write(LogEvents.BusLost, "lost {Reason}", 2));
        Assert.False(_log.Write(LogEvents.BusLost, "lost {Reason}", 3));
        Advance(FederationLog.Interval);

        Assert.True(_log.Write(LogEvents.BusLost, "lost {Reason}", 4));

        var line = ExpectMsg<Warning>();
        Assert.EndsWith("lost 4 (2 similar messages were suppressed)", line.ToString(), StringComparison.Ordinal);
        Assert.True(line.TryGetProperties(out var properties));
        Assert.Equal(2, properties!["HeldBack"]);
    }

    [Fact]
    public void What_nobody_reads_counts_as_written()
    {
        Assert.True(_log.Write(LogEvents.PeerConnected, "{Peer}", "edge"));
        Assert.True(_log.Write(LogEvents.PeerConnected, "{Peer}", "edge"));
        FederationLog.End(Sys);
        ExpectNoMsg(TimeSpan.Zero);
    }

    [Fact]
    public void At_the_end_the_log_says_once_how_many_lines_were_held_back()
    {
        for (var time = 0; time < 3; time++)
        {
            _log.Write(LogEvents.BusLost, "lost");
        }

        ExpectMsg<Warning>();
        FederationLog.End(Sys);

        var line = ExpectMsg<Warning>();
        Assert.EndsWith("edge-in: 2 more bus_lost events were suppressed", line.ToString(), StringComparison.Ordinal);
        FederationLog.End(Sys);
        ExpectNoMsg(TimeSpan.Zero);
    }
}
