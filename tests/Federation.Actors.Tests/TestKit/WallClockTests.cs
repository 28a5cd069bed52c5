using System.Text.Json;
using Akka.TestKit.Xunit2;
using Federation.Actors.TestKit;

namespace Federation.Actors.Tests.TestKit;

/// <summary>The wall clock of the machine is set, forward or back, while something in the node waits: nothing but stamps changes.</summary>
public sealed class WallClockTests : IDisposable
{
    private static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(1);

    private readonly FederationTestKit _node = new(new XunitAssertions(), """
        federation {
          components {
            out {
              server { host = "127.0.0.1", path = "/out" }
              ports.inputs = [{ name = live, subject = "live.>", type = nats }]
              ports.outputs = [{ name = ws_control, subject = control, type = nats }]
              egress { ack_timeout = 60s, retry_delay = 2s, peer_retention = 5m, replay { count = 10, age = 10m } }
              bidirectional { enabled = true, request_timeout = 5s }
            }
            paced {
              server { host = "127.0.0.1", path = "/paced" }
              ports.inputs = [{ name = live, subject = "live.>", type = nats }]
              egress { ack_timeout = 60s, max_rate = 50 }
            }
            in {
              server { host = "127.0.0.1", path = "/in" }
              ports.outputs = [{ name = ws_data, subject = "sensors.{peer}", type = nats }]
              backpressure { queue_size = 10 }
              health { nats_lost_unhealthy_after = 30s }
            }
            dialler {
              mode = client
              client { url = "ws://hub/", reconnect { initial_interval = 4s, jitter = 0 } }
              ports.outputs = [{ name = ws_data, subject = "sensors.{peer}", type = nats }]
              health { disconnected_unhealthy_after = 30s }
            }
          }
        }
        """);

    public static TheoryData<int> Steps => [-86_400, -3600, -60, 60, 3600, 86_400];

    private TestComponent Out => _node.Component("out");

    private TestComponent In => _node.Component("in");

    public void Dispose() => _node.Dispose();

    [Theory]
    [MemberData(nameof(Steps))]
    public void A_rate_goes_on(int seconds)
    {
        var paced = _node.Component("paced");
        var sensor = paced.Connect("sensor-1");
        for (var i = 0; i < 100; i++)
        {
            paced.Bus.Publish("live.a", "1");
        }

        Step(seconds);

        // The burst is a tenth of a second, then fifty a second.
        for (var i = 0; i < 10; i++)
        {
            _node.Advance(TimeSpan.FromMilliseconds(100));
        }

        Assert.InRange(sensor.Received.Count, 50, 55);
    }

    [Theory]
    [MemberData(nameof(Steps))]
    public void A_peer_that_was_slow_gets_again_what_it_nacked(int seconds)
    {
        var sensor = Out.Connect("sensor-1");
        Out.Bus.Publish("live.a", "1");
        Out.Bus.Publish("live.a", "2");
        var first = sensor.ExpectData("1");
        var second = sensor.ExpectData("2");
        sensor.SendSlow();
        first.Nack();
        second.Nack();

        Step(seconds);
        _node.Advance(TimeSpan.FromSeconds(2) - Tick);
        sensor.ExpectNothing();
        _node.Advance(Tick);
        sensor.ExpectData("1");
        _node.Advance(TimeSpan.FromSeconds(2));
        sensor.ExpectData("2");
    }

    [Theory]
    [MemberData(nameof(Steps))]
    public void What_is_not_acked_is_sent_again_when_its_time_is_over_and_not_before(int seconds)
    {
        var sensor = Out.Connect("sensor-1");
        Out.Bus.Publish("live.a", "1");
        sensor.ExpectData("1");

        Step(seconds);
        Out.Bus.Publish("live.a", "2");
        sensor.ExpectData("2");
        _node.Advance(TimeSpan.FromSeconds(60) - Tick);
        sensor.ExpectNothing();
        _node.Advance(Tick);

        sensor.ExpectData("1");
    }

    [Theory]
    [MemberData(nameof(Steps))]
    public void A_request_times_out_after_its_time(int seconds)
    {
        Out.Connect("sensor-1").ExpectNothing();
        var answer = Out.Bus.Ask("sensor-1", "status");

        Step(seconds);
        _node.Advance(TimeSpan.FromSeconds(4.9));
        answer.ExpectNone();
        _node.Advance(TimeSpan.FromSeconds(0.2));

        Assert.Contains("timeout", answer.Expect(), StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Steps))]
    public void Slow_is_repeated_each_second(int seconds)
    {
        var sensor = In.Connect("sensor-1");
        In.Bus.HoldConfirms();
        for (var i = 0; i < 9; i++)
        {
            sensor.Send($"{i}");
        }

        sensor.ExpectSlow();
        Step(seconds);
        _node.Advance(TimeSpan.FromSeconds(1) - Tick);
        sensor.ExpectNothing();
        _node.Advance(Tick);

        sensor.ExpectSlow();
    }

    [Theory]
    [MemberData(nameof(Steps))]
    public void A_component_is_unhealthy_when_its_bound_is_over(int seconds)
    {
        _node.Component("dialler").ExpectDial();
        In.Bus.GoAway();

        Step(seconds);
        _node.Advance(TimeSpan.FromSeconds(29));
        Assert.True(Health("in").Healthy);
        Assert.True(Health("dialler").Healthy);
        _node.Advance(TimeSpan.FromSeconds(1));

        Assert.False(Health("in").Healthy);
        Assert.False(Health("dialler").Healthy);
    }

    [Theory]
    [MemberData(nameof(Steps))]
    public void Rates_and_uptime_are_of_the_time_that_passed(int seconds)
    {
        var sensor = In.Connect("sensor-1");
        _node.Advance(TimeSpan.FromSeconds(5));
        for (var i = 0; i < 50; i++)
        {
            sensor.Send($"{i}");
        }

        Step(seconds);
        _node.Advance(TimeSpan.FromSeconds(5));

        Assert.Equal((10, 10), (Health("in").Details.Throughput.MessagesPerSecond, _node.Health().UptimeSeconds));
    }

    [Theory]
    [MemberData(nameof(Steps))]
    public void What_is_kept_for_replays_keeps_its_age(int seconds)
    {
        var sensor = Out.Connect("sensor-1");
        Out.Bus.Publish("live.a", "1");
        sensor.ExpectData("1").Ack();

        Step(seconds);
        _node.Advance(TimeSpan.FromMinutes(10));
        sensor.Request("r1", "replay", """{"count":5}""");
        sensor.ExpectData("1").Ack();
        Assert.Contains("\"messages_available\":1", sensor.ExpectReply("r1").Payload, StringComparison.Ordinal);
        _node.Advance(Tick);

        sensor.Request("r2", "replay", """{"count":5}""");
        Assert.Contains("\"messages_available\":0", sensor.ExpectReply("r2").Payload, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Steps))]
    public void A_dial_that_failed_is_made_again_after_its_pause(int seconds)
    {
        var dialler = _node.Component("dialler");
        dialler.ExpectDial().Refuse();

        Step(seconds);

        dialler.ExpectDialAfter(TimeSpan.FromSeconds(4));
    }

    [Theory]
    [MemberData(nameof(Steps))]
    public void Stamps_follow_the_wall_clock(int seconds)
    {
        var sensor = In.Connect("sensor-1");
        sensor.Send("1");
        sensor.ExpectAck("1");
        Step(seconds);
        sensor.Send("2");
        sensor.ExpectAck("2");

        long[] stamps = [.. sensor.Received.Select(
            static envelope => JsonDocument.Parse(envelope.Text).RootElement.GetProperty("timestamp").GetInt64())];
        Assert.Equal(seconds * 1000L, stamps[1] - stamps[0]);
    }

    private void Step(int seconds) => _node.StepWallClock(TimeSpan.FromSeconds(seconds));

    private ComponentHealth Health(string component) => _node.Health().Components[component];
}
