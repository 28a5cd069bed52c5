using Federation.Actors.Configuration;

namespace Federation.Actors;

/// <summary>A cluster of nodes that share the work: <c>federation.cluster</c>.</summary>
/// <remarks>Each component in client mode runs once in the cluster, on one of the nodes with the role. When that node leaves or dies,
/// another node dials. Components in server mode run on every node. All nodes must have the same components in client mode, and the same
/// <see cref="Name"/>, <see cref="Role"/> and <see cref="Shards"/>. A program that embeds the node configures remoting and cluster in Akka:
/// <see cref="Host"/>, <see cref="Port"/>, <see cref="Tls"/>, <see cref="SeedNodes"/> and <see cref="MinNodes"/> apply to the console
/// program only.</remarks>
public sealed record ClusterSettings
{
    /// <summary>Whether this node is part of a cluster. If a program embeds the node, its actor system must be a cluster member.</summary>
    public bool Enabled { get; init; }

    /// <summary>Name that the cluster presents to the servers that it dials, instead of the <c>node_id</c>.</summary>
    [NodeName] public string Name { get; init; } = "federation";

    /// <summary>Akka cluster role of the nodes that dial.</summary>
    [NodeName] public string Role { get; init; } = "federation";

    /// <summary>Number of shards for the components in client mode: about ten times the maximum number of nodes. To change it, stop the
    /// whole cluster.</summary>
    [Range(1, 10000)] public int Shards { get; init; } = 100;

    /// <summary>Address at which the other nodes reach this one. Without <see cref="Tls"/>, anyone who can reach it can stop the node and
    /// send requests to its peers. Behind NAT set <c>public-hostname</c> and <c>public-port</c> of <c>akka.remote.dot-netty.tcp</c> as
    /// well.</summary>
    [Host] public string Host { get; init; } = "127.0.0.1";

    /// <summary>TCP port at that address; 0: any free port.</summary>
    [Range(0, 65535)] public int Port { get; init; } = 4053;

    /// <summary>Mutual TLS between the nodes, with the same certificate authority on each node.</summary>
    public ClusterTlsSettings Tls { get; init; } = new();

    /// <summary>Whether an address other than a loopback address is allowed without <see cref="Tls"/>, for a network of trusted
    /// machines.</summary>
    public bool Insecure { get; init; }

    /// <summary>Nodes through which this node joins the cluster; the same list on each node. If there is no cluster yet, only the first
    /// node of the list forms a new one.</summary>
    [Text("a list of addresses such as 10.0.0.1:4053", nameof(SettingTexts.IsHostAndPort))]
    public IReadOnlyList<string> SeedNodes { get; init; } = [];

    /// <summary>Number of members that a new cluster needs before any of them dials. 0: more than half of <see cref="SeedNodes"/>, so an
    /// isolated first seed node does not dial the servers that other nodes dial. With 1 it does, and once the network is back, two nodes
    /// dial each server. A program that embeds the node sets <c>akka.cluster.min-nr-of-members</c> instead.</summary>
    [Range(0, 1000)] public int MinNodes { get; init; }

    internal int NodesToStart => MinNodes > 0 ? MinNodes : (SeedNodes.Count / 2) + 1;
}
