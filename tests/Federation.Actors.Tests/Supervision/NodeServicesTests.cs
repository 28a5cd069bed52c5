using Federation.Actors.Sockets.Server;

namespace Federation.Actors.Tests.Supervision;

public sealed class NodeServicesTests : NodeKit
{
    [Fact]
    public void A_node_dials_under_its_name_and_a_cluster_under_its_own_from_whichever_node()
    {
        Assert.Equal("node-hub-link", Services.DialledName("hub-link"));
        Assert.Equal("shop-hub-link", (Services with { Cluster = "shop" }).DialledName("hub-link"));
        Assert.Equal("shop-hub-link", (Services with { Cluster = "shop", NodeId = "another" }).DialledName("hub-link"));
    }

    [Fact]
    public void A_name_that_is_too_long_is_cut() =>
        Assert.Equal(PeerIdentity.MaxLength, Services.DialledName(new string('x', 64)).Length);
}
