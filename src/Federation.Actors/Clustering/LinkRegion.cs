using Akka.Actor;
using Akka.Cluster.Sharding;
using Akka.Configuration;
using Federation.Actors.Messages;

namespace Federation.Actors.Clustering;

/// <summary>The shard region whose entities are the components in client mode: each runs on one node of the cluster, and on another when that ends.</summary>
internal static class LinkRegion
{
    /// <summary>Name of the region in its cluster.</summary>
    public const string TypeName = "federation-links";

    /// <summary>
    /// Keeps what is remembered about entities in memory: the nodes say again, now and then, what is to run. Files, and the native library that
    /// writes them, are not needed.
    /// </summary>
    public const string Hocon = "akka.cluster.sharding.distributed-data.durable.keys = []";

    /// <summary>How much longer than the drain of an entity its hand-off may take. Akka ends it by force 5 s before the time is up.</summary>
    private static readonly TimeSpan HandOffMargin = TimeSpan.FromSeconds(10);

    /// <summary>Starts this node's part of the region, or a way to it where the node lacks the role.</summary>
    /// <param name="system">A member of a cluster.</param>
    /// <param name="settings">The cluster's.</param>
    /// <param name="drain">How long an entity may take to end in order.</param>
    /// <param name="entity">Makes the component of a name.</param>
    public static Task<IActorRef> StartAsync(ActorSystem system, ClusterSettings settings, TimeSpan drain, Func<string, Props> entity)
    {
        // It adds its defaults to the system's configuration.
        var sharding = ClusterSharding.Get(system);

        // Of this region alone: an embedder may have regions of its own.
        var config = ConfigurationFactory.ParseString(
            $"""
            role = {settings.Role}
            state-store-mode = ddata
            remember-entities = on
            remember-entities-store = ddata
            handoff-timeout = {(drain + HandOffMargin).TotalMilliseconds:0}ms
            """).WithFallback(system.Settings.Config.GetConfig("akka.cluster.sharding"));
        var region = ClusterShardingSettings.Create(config, system.Settings.Config.GetConfig("akka.cluster.singleton"));
        return sharding.StartAsync(
            TypeName,
            entity,
            region,
            new LinkExtractor(settings.Shards),
            sharding.DefaultShardAllocationStrategy(region),
            new ComponentProtocol.Drain(drain));
    }
}
