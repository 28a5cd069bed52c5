using Akka.Actor;
using Akka.Cluster;
using Akka.DistributedData;
using Federation.Actors.Clustering;

namespace Federation.Actors.Tests.Clustering;

public sealed class DirectoryUpdateTests
{
    private static readonly UniqueAddress One = new(new Address("akka.tcp", "federation", "10.0.0.1", 4053), 1);
    private static readonly UniqueAddress Two = new(new Address("akka.tcp", "federation", "10.0.0.2", 4053), 2);

    [Fact]
    public void A_later_entry_wins_whatever_the_wall_clocks_of_the_nodes_say()
    {
        // As a node writes it whose wall clock is a day ahead.
        var ahead = LWWDictionary<string, string>.Empty.SetItem(One, "edge/sensor", "one", static (_, _) => DateTime.MaxValue.Ticks / 2);
        var moved = new DirectoryUpdate("two", ["edge/sensor"], []).Apply(ahead, Two);

        Assert.Equal("two", ahead.Merge(moved)["edge/sensor"]);
        Assert.Equal("two", moved.Merge(ahead)["edge/sensor"]);
        Assert.Empty(new DirectoryUpdate("two", [], [("edge/sensor", "two")]).Apply(moved, Two).Merge(ahead));
    }

    [Fact]
    public void Nodes_that_write_at_the_same_time_agree_on_one_of_them()
    {
        var one = new DirectoryUpdate("one", ["edge/sensor"], []).Apply(LWWDictionary<string, string>.Empty, One);
        var two = new DirectoryUpdate("two", ["edge/sensor"], []).Apply(LWWDictionary<string, string>.Empty, Two);

        Assert.Equal(one.Merge(two)["edge/sensor"], two.Merge(one)["edge/sensor"]);
    }
}
