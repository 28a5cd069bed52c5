using Akka.Event;
using Akka.TestKit.Xunit2;
using Federation.Actors.TestKit;
using Federation.Actors.Tests.Configuration;

namespace Federation.Actors.Tests.Supervision;

/// <summary>How a component ends in order.</summary>
public sealed class ComponentDrainTests : VirtualTimeKit
{
    private static readonly TimeSpan DrainTime = TimeSpan.FromSeconds(10);
    private readonly FederationTestKit _node;

    public ComponentDrainTests() =>
        _node = new FederationTestKit(
            new XunitAssertions(), Configurations.Server("""server { host = "127.0.0.1", path = "/ingest" }"""), Sys);

    private TestComponent Edge => _node.Component("edge-in");

    [Fact]
    public void A_component_with_nothing_to_do_drains_at_once_and_ends()
    {
        Watch(_node.Find("edge-in"));

        _node.Drain(DrainTime);

        Assert.Equal(0, _node.ExpectDrained());
        Assert.Equal("edge-in", ExpectMsg<Akka.Actor.Terminated>().ActorRef.Path.Name);
    }

    [Fact]
    public void A_drain_publishes_what_is_held_sends_the_answers_and_closes()
    {
        var (edge, sensor) = (Edge, Edge.Connect());
        Scenario.Given(edge).When(edge.Bus.HoldsConfirms()).And(sensor.Sends("a")).Then(edge.Bus.Received("federated.data"));

        _node.Drain(DrainTime);
        sensor.ExpectNothing();
        sensor.Stall();
        edge.Bus.Release();
        sensor.Read(1);

        sensor.ExpectAck("a");
        _node.ExpectDraining();
        sensor.Resume();
        Assert.Equal("the node is shutting down", sensor.ExpectClosed(1001));
        Assert.Equal(0, _node.ExpectDrained());
        edge.Bus.ExpectNothingPublished();
    }

    [Fact]
    public void A_drain_tells_nothing_to_nobody()
    {
        var sensor = Edge.Connect();
        sensor.Stall();
        var letters = CreateTestProbe();
        Sys.EventStream.Subscribe(letters, typeof(DeadLetter));

        _node.Drain(DrainTime);
        ExpectNothing(letters);

        sensor.Resume();
        sensor.ExpectClosed(1001);
        _node.ExpectDrained();
    }

    [Fact]
    public void What_is_not_published_when_four_fifths_of_the_time_are_over_is_nacked_and_counted()
    {
        var (edge, sensor) = (Edge, Edge.Connect());
        Scenario.Given(edge).When(edge.Bus.HoldsConfirms()).And(sensor.Sends("a")).Then(edge.Bus.Received("federated.data"));
        _node.Drain(DrainTime);

        Scenario.Given(edge)
            .When(_node.Passes((DrainTime * 0.8) - TimeSpan.FromMilliseconds(1)))
            .Then(sensor.GetsNothing())
            .When(_node.Passes(TimeSpan.FromMilliseconds(1)))
            .Then(sensor.GetsNack("a", "shutting_down"))
            .And(sensor.IsClosed(1001));

        Assert.Equal(1, _node.ExpectDrained());
    }

    [Fact]
    public void A_peer_that_does_not_close_holds_the_drain_up_no_longer_than_its_time()
    {
        var (edge, sensor) = (Edge, Edge.Connect());
        Scenario.Given(edge).When(edge.Bus.HoldsConfirms()).And(sensor.Sends("a")).Then(edge.Bus.Received("federated.data"));
        sensor.Stall();
        _node.Drain(DrainTime);
        _node.Advance(DrainTime * 0.8);
        sensor.Read(1);
        sensor.ExpectNack("a", "shutting_down");
        sensor.ExpectNothing();
        _node.ExpectDraining();

        _node.Advance(DrainTime * 0.2);

        Assert.Equal(1, _node.ExpectDrained());
        sensor.ExpectLost();
    }

    [Fact]
    public void A_peer_that_comes_during_a_drain_is_cut()
    {
        var (edge, sensor) = (Edge, Edge.Connect());
        Scenario.Given(edge).When(edge.Bus.HoldsConfirms()).And(sensor.Sends("a")).Then(edge.Bus.Received("federated.data"));
        _node.Drain(DrainTime);

        edge.Connect().ExpectLost();

        sensor.ExpectNothing();
        _node.ExpectDraining();
    }
}
