using Akka.Actor;
using Akka.Cluster.Sharding;
using Akka.Configuration;
using Federation.Actors.Messages;

namespace Federation.Actors.Clustering;

/// <summary>The shard region of the components in client mode: each runs on one node of the cluster, and on another when that node
/// ends.</summary>
internal static class LinkRegion
{
    public const string TypeName = "federation-links";

    /// <summary>Keeps the remembered entities in memory, without files and the native library for them: the nodes repeat which entities
    /// exist.</summary>
    public const string Hocon = "akka.cluster.sharding.distributed-data.durable.keys = []";

    /// <summary>Time for a hand-off beyond the entity's drain. Akka forces its end 5 s before the time is up.</summary>
    private static readonly TimeSpan HandOffMargin = TimeSpan.FromSeconds(10);

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

internal sealed class LinkExtractor(int shards) : HashCodeMessageExtractor(shards)
{
    public override string? EntityId(object message) => null;
}
