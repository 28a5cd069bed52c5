using Akka.Actor;
using Akka.Configuration;
using Akka.DistributedData;
using Federation.Actors.Clustering;

namespace Federation.Actors.Tests.Clustering;

public sealed class PeerDirectoryActorTests : global::Akka.TestKit.Xunit2.TestKit
{
    public PeerDirectoryActorTests()
        : base(ConfigurationFactory.ParseString("akka { loglevel = OFF, stdout-loglevel = OFF }").WithFallback(
            ClusterHocon.Of(new ClusterSettings { Enabled = true, Port = 0 })))
    {
    }

    [Fact]
    public void A_message_that_it_fails_on_does_not_make_it_forget_which_peers_are_here()
    {
        var (replicator, component) = (CreateTestProbe(), CreateTestProbe());
        var directory = Sys.ActorOf(PeerDirectoryActor.Props(replicator, new FederationSettings(), CreateTestProbe()));
        replicator.ReceiveN(PeerDirectory.Buckets, TimeSpan.FromSeconds(10));

        directory.Tell(new DirectoryProtocol.Joined("edge-in", "edge-7"), component);
        directory.Tell(new Changed(new LWWDictionaryKey<string, string>("federation-peers-none"), LWWDictionary<string, string>.Empty));

        var update = (Update)replicator.FishForMessage(static message => message is Update, TimeSpan.FromSeconds(10));
        Assert.True(((LWWDictionary<string, string>)update.Modify(LWWDictionary<string, string>.Empty)).ContainsKey("edge-in/edge-7"));
    }
}
