using Akka.Actor;
using Akka.Configuration;
using Akka.Remote;
using Federation.Actors.Clustering;
using Federation.Actors.Messages;
using Cluster = Akka.Cluster.Cluster;

namespace Federation.Actors.Tests.Clustering;

/// <summary>A node as it is, in this test's system, and one of a later version in another; they talk over remoting.</summary>
public sealed class NewerNodeTests : global::Akka.TestKit.Xunit2.TestKit
{
    private readonly ActorSystem _newer;

    public NewerNodeTests()
        : base(Config(ClusterSerializer.Hocon)) => _newer = ActorSystem.Create("newer", Config(NewerSerializer.Hocon));

    /// <summary>A call goes to a path, as there is no ref of another node's supervisor; an answer goes to a ref.</summary>
    [Fact]
    public async Task A_message_of_an_unknown_shape_is_lost_and_what_follows_it_on_the_same_connection_is_not()
    {
        var ended = CreateTestProbe();
        Sys.EventStream.Subscribe(ended, typeof(DisassociatedEvent));
        Sys.EventStream.Subscribe(ended, typeof(QuarantinedEvent));
        var path = new RootActorPath(Cluster.Get(Sys).SelfAddress) / TestActor.Path.Elements;
        var here = await _newer.ActorSelection(path).ResolveOne(TimeSpan.FromSeconds(10));
        var call = new RequestProtocol.Call("edges", "edge-7", "inventory", "{}"u8.ToArray(), null);

        for (var i = 0; i < 3; i++)
        {
            _newer.ActorSelection(path).Tell(call);
            here.Tell(call);
            here.Tell(RequestOutcome.Failed("timeout", "no reply"));

            Assert.Equal("no reply", (await ExpectMsgAsync<RequestOutcome>(TimeSpan.FromSeconds(10))).Message);
        }

        await ended.ExpectNoMsgAsync(TimeSpan.FromMilliseconds(100));
    }

    protected override void AfterAll()
    {
        Shutdown(_newer);
        base.AfterAll();
    }

    private static Config Config(string serializer) =>
        ConfigurationFactory.ParseString("akka { loglevel = OFF, stdout-loglevel = OFF }").WithFallback(serializer)
            .WithFallback(ClusterHocon.Of(new ClusterSettings { Enabled = true, Port = 0 }));
}
