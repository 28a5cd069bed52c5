using Akka.TestKit;
using Akka.TestKit.Xunit2;
using Federation.Actors.Supervision;

namespace Federation.Actors.Tests.Supervision;

/// <summary>Which connection gives way to which.</summary>
public sealed class PeerRosterTests : global::Akka.TestKit.Xunit2.TestKit
{
    [Fact]
    public void A_second_connection_of_a_name_supersedes_the_first()
    {
        var roster = new PeerRoster(perPeer: 1);
        var (first, second, third) = (Ref(), Ref(), Ref());

        Assert.Null(roster.Add(first, "edge-7"));
        Assert.Equal(first, roster.Add(second, "edge-7"));
        Assert.Equal(second, roster.Add(third, "edge-7"));
        Assert.Equal(3, roster.Count);
    }

    [Fact]
    public void The_oldest_gives_way_when_a_peer_may_have_several()
    {
        var roster = new PeerRoster(perPeer: 2);
        var (first, second, third) = (Ref(), Ref(), Ref());

        Assert.Null(roster.Add(first, "edge-7"));
        Assert.Null(roster.Add(second, "edge-7"));
        Assert.Equal(first, roster.Add(third, "edge-7"));
    }

    [Fact]
    public void Peers_without_a_name_or_with_another_never_give_way()
    {
        var roster = new PeerRoster(perPeer: 1);

        Assert.Null(roster.Add(Ref(), null));
        Assert.Null(roster.Add(Ref(), null));
        Assert.Null(roster.Add(Ref(), "edge-7"));
        Assert.Null(roster.Add(Ref(), "edge-8"));
        Assert.Equal(4, roster.Connections.Count);
    }

    [Fact]
    public void A_connection_that_has_ended_holds_no_place()
    {
        var roster = new PeerRoster(perPeer: 1);
        var first = Ref();
        roster.Add(first, "edge-7");

        roster.Remove(first);

        Assert.Equal(0, roster.Count);
        Assert.Null(roster.Add(Ref(), "edge-7"));
    }

    private TestProbe Ref() => CreateTestProbe();
}
