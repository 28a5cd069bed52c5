using Akka.TestKit.Xunit2;
using Federation.Actors.TestKit;

namespace Federation.Actors.Tests.TestKit;

/// <summary>Peers and their connections break in all the ways that they can, and the node goes on.</summary>
public sealed class PeerTests : IDisposable
{
    private readonly FederationTestKit _node = new(new XunitAssertions(), """
        federation.components {
          edge-in {
            server { host = "127.0.0.1", path = "/ingest" }
            ports.outputs = [{ name = ws_data, subject = sensors, type = nats }]
            connection { send_queue_bytes = 64KiB }
          }
          blocked {
            server { host = "127.0.0.1", path = "/blocked" }
            ports.outputs = [{ name = ws_data, subject = sensors, type = nats }]
            backpressure { queue_size = 1, on_full = block }
          }
          hub-link {
            mode = client
            client { url = "ws://hub:8081/ingest", reconnect.jitter = 0 }
            ports.outputs = [{ name = ws_data, subject = orders, type = nats }]
          }
        }
        """);

    private TestComponent Edge => _node.Component("edge-in");

    public void Dispose() => _node.Dispose();

    [Fact]
    public void One_without_a_name_gets_one()
    {
        Assert.Equal(["client-1", "client-2"], [Edge.Connect().Name, Edge.Connect().Name]);
    }

    [Fact]
    public void One_that_comes_again_supersedes_itself()
    {
        var first = Edge.Connect("sensor-1");
        var second = Edge.Connect("sensor-1");

        Assert.Equal("superseded by a connection from memory", first.ExpectClosed(4001));
        second.Send("a");
        second.ExpectAck("a");
    }

    [Fact]
    public void One_that_has_stalled_gets_its_answers_when_it_reads()
    {
        var sensor = Edge.Connect("sensor-1");
        sensor.Stall();
        foreach (var id in new[] { "a", "b", "c" })
        {
            sensor.Send(id);
            Edge.Bus.ExpectPublished("sensors");
        }

        sensor.ExpectNothing();
        sensor.Read(2);
        sensor.ExpectAck("a");
        _node.Settle();
        sensor.Resume();
        sensor.ExpectAck("b");
        sensor.ExpectAck("c");
    }

    [Fact]
    public void One_that_never_reads_its_answers_is_closed()
    {
        var sensor = Edge.Connect("sensor-1");
        sensor.Stall();
        for (var n = 0; n < 2000; n++)
        {
            sensor.Send($"{n}");
        }

        // It has so long to read its last answers.
        _node.Advance(TimeSpan.FromSeconds(5));

        sensor.ExpectLost();
        Assert.Equal(0, _node.Health().Components["edge-in"].Details.Connections.Active);
    }

    [Fact]
    public void One_that_is_held_back_is_read_when_there_is_room()
    {
        var blocked = _node.Component("blocked");
        var sensor = blocked.Connect("sensor-1");
        blocked.Bus.HoldConfirms();
        for (var n = 0; n < 10; n++)
        {
            sensor.Send($"{n}");
        }

        blocked.Bus.ExpectPublished("sensors");
        blocked.Bus.ExpectNothingPublished();
        blocked.Bus.Release();

        for (var n = 1; n < 10; n++)
        {
            Assert.Equal($"{n}", blocked.Bus.ExpectPublished("sensors").Id);
        }
    }

    [Fact]
    public void One_that_is_cut_is_forgotten_and_the_others_are_served()
    {
        var gone = Edge.Connect("sensor-1");
        var other = Edge.Connect("sensor-2");

        gone.Cut();

        Assert.Equal(1, _node.Health().Components["edge-in"].Details.Connections.Active);
        Assert.Throws<InvalidOperationException>(() => gone.Send("a"));
        other.Send("b");
        other.ExpectAck("b");
    }

    [Fact]
    public void One_that_closes_gets_its_close_answered()
    {
        var sensor = Edge.Connect("sensor-1");

        sensor.Close(1001);

        sensor.ExpectClosed(1001);
        sensor.ExpectNothing();
        Assert.Equal(0, _node.Health().Components["edge-in"].Details.Connections.Active);
    }

    [Fact]
    public void A_connection_that_breaks_on_writing_is_dropped_and_what_was_read_is_published()
    {
        var sensor = Edge.Connect("sensor-1");
        sensor.BreakWrites();

        sensor.Send("a");

        Edge.Bus.ExpectPublished("sensors");
        sensor.ExpectLost();
    }

    [Fact]
    public void A_connection_that_breaks_on_reading_is_dropped_after_what_was_sent()
    {
        var sensor = Edge.Connect("sensor-1");
        sensor.Send("a");

        sensor.BreakReads();

        Edge.Bus.ExpectPublished("sensors");
        sensor.ExpectAck("a");
        sensor.ExpectLost();
    }

    [Fact]
    public void Nothing_comes_through_a_connection_that_is_half_open()
    {
        var sensor = Edge.Connect("sensor-1");
        sensor.GoSilent();

        sensor.Send("a");

        sensor.ExpectNothing();
        Edge.Bus.ExpectNothingPublished();
        Assert.Equal(1, _node.Health().Components["edge-in"].Details.Connections.Active);
    }

    [Fact]
    public void What_is_no_envelope_gets_no_answer()
    {
        var sensor = Edge.Connect("sensor-1");

        sensor.SendText("");
        sensor.SendText("{]");
        sensor.Send("a");

        sensor.ExpectAck("a");
        sensor.ExpectNothing();
    }

    [Fact]
    public void A_drain_closes_peers_and_waits_for_one_that_has_stalled_no_longer_than_it_may()
    {
        var link = _node.Component("hub-link");
        var hub = link.ExpectDial().Accept();
        var sensor = Edge.Connect("sensor-1");
        sensor.Stall();

        _node.Drain(TimeSpan.FromSeconds(10));

        hub.ExpectClosed(1001);
        _node.ExpectDraining();
        _node.Advance(TimeSpan.FromSeconds(10));
        Assert.Equal(0, _node.ExpectDrained());
        link.ExpectNoDial();
    }

    [Fact]
    public void A_dial_that_the_node_gives_up_is_cancelled()
    {
        var dial = _node.Component("hub-link").ExpectDial();

        _node.Drain(TimeSpan.FromSeconds(10));

        Assert.True(dial.IsCancelled);
        Assert.Throws<InvalidOperationException>(() => dial.Refuse());
    }
}
