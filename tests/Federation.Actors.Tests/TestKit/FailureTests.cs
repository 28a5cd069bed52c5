using Akka.Actor;
using Akka.TestKit.Xunit2;
using Federation.Actors.TestKit;

namespace Federation.Actors.Tests.TestKit;

/// <summary>A test that ought to fail does, and says why.</summary>
public sealed class FailureTests : IDisposable
{
    private const string Configuration = """
        federation.components.edge-in {
          server { host = "127.0.0.1", path = "/ingest" }
          ports.outputs = [{ name = ws_data, subject = sensors, type = nats }]
        }
        """;

    private readonly FederationTestKit _node = new(new XunitAssertions(), Configuration);

    private TestComponent Edge => _node.Component("edge-in");

    public void Dispose() => _node.Dispose();

    [Fact]
    public void It_says_what_came_instead_and_what_had_come_before()
    {
        var sensor = Edge.Connect("sensor-1");
        sensor.Send("a");
        sensor.ExpectAck("a");
        sensor.Send("b");

        var message = Failure(() => sensor.ExpectNack("b", "queue_full"));

        Assert.StartsWith("expected sensor-1 to get the nack of b with queue_full, but found {\"type\":\"ack\",\"id\":\"b\"",
            message, StringComparison.Ordinal);
        Assert.Contains("before that: {\"type\":\"ack\",\"id\":\"a\"", message, StringComparison.Ordinal);
    }

    [Fact]
    public void It_says_that_nothing_came_and_how_long_it_has_waited()
    {
        _node.Patience = TimeSpan.FromMilliseconds(500);

        Assert.Equal(
            "expected edge-in to publish sensors {}, but nothing was received within 0.5 s; nothing was received before", Failure(
                () => Edge.Bus.ExpectPublished("sensors", "{}")));
    }

    [Fact]
    public void A_scenario_says_which_step_has_failed()
    {
        var sensor = Edge.Connect("sensor-1");

        var message = Failure(() => Scenario.Given(Edge).When(sensor.Sends("a")).Then(Edge.Bus.Received("other")).And(sensor.GetsAck("a")));

        Assert.Equal(
            """
            Given edge-in
              When sensor-1 sends a
              Then the bus has received other   <-- failed
            expected edge-in to publish other, but found sensors {} (a from sensor-1); nothing was received before
            """,
            message);
    }

    [Fact]
    public void What_was_not_expected_is_something_where_nothing_is_expected()
    {
        var sensor = Edge.Connect("sensor-1");
        sensor.Send("a");

        Assert.Equal("expected nothing to be published by edge-in, but found sensors {} (a from sensor-1)", Failure(
            Edge.Bus.ExpectNothingPublished));
        Assert.StartsWith(
            "expected nothing to come to sensor-1, but found {\"type\":\"ack\"", Failure(sensor.ExpectNothing), StringComparison.Ordinal);
    }

    [Fact]
    public void A_step_of_a_test_can_fail_in_its_own_way()
    {
        var step = new ScenarioStep("the moon falls", () => throw new InvalidOperationException("it has not fallen"));

        Assert.Equal(
            "Given edge-in\n  When the moon falls   <-- failed\nit has not fallen", Failure(() => Scenario.Given(Edge).When(step)));
    }

    [Fact]
    public void Misuse_is_told_apart_from_failure()
    {
        Assert.Equal("the node has no component hub; expected one of edge-in (Parameter 'name')",
            Assert.Throws<ArgumentException>(() => _node.Component("hub")).Message);
        Assert.Throws<ArgumentException>(() => Edge.Connect("sensor 1"));
        Assert.Throws<ArgumentException>(() => Edge.Bus.Refuse("a..b"));
        Assert.Throws<ArgumentException>(() => Edge.Bus.Publish("a", "1"));
        Assert.Throws<InvalidOperationException>(() => Edge.Bus.Ask("sensor-1", "weather"));
        Assert.Throws<SettingsException>(() => new FederationTestKit(new XunitAssertions(), "federation.components.a { }"));
    }

    [Fact]
    public void A_system_on_a_real_clock_is_refused()
    {
        using var system = ActorSystem.Create("real");

        var refused = Assert.Throws<ArgumentException>(() => new FederationTestKit(new XunitAssertions(), Configuration, system));

        Assert.StartsWith(
            "the system's scheduler is a HashedWheelTimerScheduler; expected Akka.TestKit's", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Nodes_may_follow_one_another_in_the_same_system()
    {
        using var system = ActorSystem.Create("virtual", """akka.scheduler.implementation = "Akka.TestKit.TestScheduler, Akka.TestKit" """);
        for (var node = 0; node < 20; node++)
        {
            using (new FederationTestKit(new XunitAssertions(), Configuration, system))
            {
            }
        }

        using var second = new FederationTestKit(new XunitAssertions(), Configuration, system);
        var sensor = second.Component("edge-in").Connect();
        sensor.Send("a");
        sensor.ExpectAck("a");
    }

    private static string Failure(Action act) => Assert.ThrowsAny<Xunit.Sdk.XunitException>(act).Message.ReplaceLineEndings("\n");
}
