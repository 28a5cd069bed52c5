using Federation.Actors.Sockets.Server;

namespace Federation.Actors.Tests.Sockets;

public sealed class PeerPlacesTests
{
    [Fact]
    public void There_are_as_many_places_as_there_may_be_connections()
    {
        var places = new PeerPlaces(2, 1);

        Assert.True(places.TryTake(null));
        Assert.True(places.TryTake("edge"));
        Assert.False(places.TryTake(null));
        Assert.False(places.TryTake("other"));

        places.Give(null);
        Assert.True(places.TryTake("other"));
    }

    [Fact]
    public void Who_replaces_a_connection_needs_no_place_of_its_own()
    {
        var places = new PeerPlaces(2, 1);
        places.TryTake("edge");
        places.TryTake("other");

        Assert.True(places.TryTake("edge"));
        Assert.Equal(2, places.Taken);

        // Only once: a peer that comes again and again leaves no connections behind that nobody counts.
        Assert.False(places.TryTake("edge"));

        places.Give("edge");
        Assert.Equal(2, places.Taken);
        Assert.True(places.TryTake("edge"));
    }

    [Fact]
    public void With_several_connections_of_a_peer_only_the_one_that_replaces_needs_no_place()
    {
        var places = new PeerPlaces(2, 2);

        Assert.True(places.TryTake("edge"));
        Assert.True(places.TryTake("edge"));
        Assert.Equal(2, places.Taken);
        Assert.True(places.TryTake("edge"));
        Assert.False(places.TryTake("other"));
        Assert.Equal(2, places.Taken);
    }

    [Fact]
    public void With_a_lower_limit_of_its_own_a_peer_replaces_earlier_and_gives_back_what_it_has_taken()
    {
        var places = new PeerPlaces(2, perPeer: 3);

        Assert.True(places.TryTake("edge", limit: 1));
        Assert.True(places.TryTake("other"));
        Assert.True(places.TryTake("edge", limit: 1));
        Assert.Equal(2, places.Taken);

        // The limit has changed meanwhile.
        places.Give("edge");
        Assert.False(places.TryTake("new"));
        Assert.True(places.TryTake("edge", limit: 2));
        Array.ForEach(["edge", "edge", "other"], places.Give);
        Assert.Equal(0, places.Taken);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public void What_is_taken_and_given_back_is_nothing(int perPeer)
    {
        var places = new PeerPlaces(100, perPeer);
        string?[] peers = ["a", "b", null, "a", "a", "b", "a", null, "c", "a"];

        Assert.All(peers, peer => Assert.True(places.TryTake(peer)));
        Array.ForEach([.. peers.Reverse()], places.Give);

        Assert.Equal(0, places.Taken);
    }
}
