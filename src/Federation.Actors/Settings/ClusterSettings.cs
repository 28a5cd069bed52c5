using Federation.Actors.Configuration;

namespace Federation.Actors;

/// <summary>A cluster of nodes that is one federation: <c>federation.cluster</c>.</summary>
/// <remarks>Each component in client mode runs once in the cluster, on one of the nodes with the role; when its node leaves or dies,
/// another one dials. Components in server mode run on every node. All nodes have the same components in client mode, <see cref="Name"/>,
/// <see cref="Role"/> and <see cref="Shards"/>. An embedder sets up remoting and cluster in Akka: <see cref="Host"/>, <see cref="Port"/>,
/// <see cref="Tls"/>, <see cref="SeedNodes"/> and <see cref="MinNodes"/> are for the console program only.</remarks>
public sealed record ClusterSettings
{
    /// <summary>Whether this node is one of a cluster. The actor system of an embedder must be a member of one.</summary>
    public bool Enabled { get; init; }

    /// <summary>Name of the cluster for the servers that it dials, in place of the <c>node_id</c>.</summary>
    [NodeName] public string Name { get; init; } = "federation";

    /// <summary>Role, among the members of the Akka cluster, of the nodes that dial.</summary>
    [NodeName] public string Role { get; init; } = "federation";

    /// <summary>Shards that the components in client mode are divided into: about ten times the largest number of nodes. To change it,
    /// stop the whole cluster.</summary>
    [Range(1, 10000)] public int Shards { get; init; } = 100;

    /// <summary>Address at which the other nodes reach this one. Without <see cref="Tls"/> anyone who reaches it can stop the node and call
    /// its peers. Behind NAT set <c>public-hostname</c> and <c>public-port</c> of <c>akka.remote.dot-netty.tcp</c> as well.</summary>
    [Host] public string Host { get; init; } = "127.0.0.1";

    /// <summary>TCP port at that address; 0 takes any free one.</summary>
    [Range(0, 65535)] public int Port { get; init; } = 4053;

    /// <summary>Mutual TLS between the nodes. The same authority on each node.</summary>
    public ClusterTlsSettings Tls { get; init; } = new();

    /// <summary>Whether an address that is not a loopback address is allowed without <see cref="Tls"/>: in a network that only trusted
    /// machines reach.</summary>
    public bool Insecure { get; init; }

    /// <summary>Nodes that this one joins the cluster through, the same list on each node. Only the first of the list makes a new cluster
    /// when there is none.</summary>
    [Text("a list of addresses such as 10.0.0.1:4053", nameof(SettingTexts.IsHostAndPort))]
    public IReadOnlyList<string> SeedNodes { get; init; } = [];

    /// <summary>Members that a new cluster needs before any of them dials; 0: more than half of <see cref="SeedNodes"/>, so that a first
    /// seed node that is cut off does not dial what the others dial. With 1 it dials alone: once the network is back, two nodes dial each
    /// server. An embedder sets <c>akka.cluster.min-nr-of-members</c>.</summary>
    [Range(0, 1000)] public int MinNodes { get; init; }

    internal int NodesToStart => MinNodes > 0 ? MinNodes : (SeedNodes.Count / 2) + 1;
}
