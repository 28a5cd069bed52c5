using Akka.Actor;
using Akka.Cluster.Sharding;
using Federation.Actors.Messages;
using Federation.Actors.Supervision;

namespace Federation.Actors.Tests.Supervision;

public sealed class UnknownComponentActorTests : NodeKit
{
    [Fact]
    public void A_component_that_the_node_does_not_know_is_named_and_not_kept()
    {
        var shard = CreateTestProbe();

        EventFilter.Warning(start: "hub-9 was assigned to this node").ExpectOne(
            () => shard.ChildActorOf(UnknownComponentActor.Props("hub-9"), "hub-9"));

        Assert.Equal(PoisonPill.Instance, shard.ExpectMsg<Passivate>().StopMessage);
    }

    [Fact]
    public void It_ends_when_its_shard_moves()
    {
        var shard = CreateTestProbe();
        var stranger = shard.ChildActorOf(UnknownComponentActor.Props("hub-9"), "hub-9");
        shard.ExpectMsg<Passivate>();
        shard.Watch(stranger);

        stranger.Tell(new ComponentProtocol.Drain(TimeSpan.FromSeconds(1)));

        shard.ExpectTerminated(stranger);
    }
}
