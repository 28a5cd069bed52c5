using Akka.Actor;
using Akka.TestKit.Xunit2;
using Federation.Actors.TestKit;

namespace Federation.Actors.Tests.Supervision;

/// <summary>What happens to one component is nothing to the others.</summary>
public sealed class NodeScenarioTests : VirtualTimeKit
{
    private readonly FederationTestKit _node;

    public NodeScenarioTests() => _node = new FederationTestKit(new XunitAssertions(), NodeKit.Node("one", "two", "three"), Sys);

    private TestComponent One => _node.Component("one");

    private TestComponent Two => _node.Component("two");

    [Fact]
    public void A_drain_is_over_when_the_last_component_has_drained_and_sums_what_was_not_answered()
    {
        var (first, second) = (One.Connect(), Two.Connect());
        One.Bus.HoldConfirms();
        Two.Bus.HoldConfirms();
        first.Send("a");
        second.Send("b");
        One.Bus.ExpectPublished("federated.data");
        Two.Bus.ExpectPublished("federated.data");

        _node.Drain(TimeSpan.FromSeconds(10));
        _node.ExpectDraining();
        second.Stall();
        _node.Advance(TimeSpan.FromSeconds(8));
        first.ExpectNack("a", "shutting_down");
        first.ExpectClosed(1001);
        _node.ExpectDraining();
        second.Resume();

        second.ExpectNack("b", "shutting_down");
        second.ExpectClosed(1001);
        Assert.Equal(2, _node.ExpectDrained());
    }

    [Fact]
    public void A_component_that_fails_starts_anew_and_the_others_go_on()
    {
        var (first, second) = (One.Connect(), Two.Connect());
        var one = _node.Find("one");

        EventFilter.Exception<ActorKilledException>().ExpectOne(() => one.Tell(Kill.Instance));

        first.ExpectLost();
        second.Send("b");
        second.ExpectAck("b");
        second.ExpectNothing();
        var again = One.Connect();
        again.Send("a");
        One.Bus.ExpectPublished("federated.data");
        again.ExpectAck("a");
    }
}
