namespace Federation.Actors;

/// <summary>A cluster of nodes that is one federation: <c>federation.cluster</c>.</summary>
/// <remarks>
/// Each component in client mode then runs once in the cluster, on one of the nodes; components in server mode run on every node. All nodes of
/// the role are expected to have the same components in client mode, and the same <see cref="Name"/>, <see cref="Role"/> and <see cref="Shards"/>.
/// </remarks>
public sealed record ClusterSettings
{
    /// <summary>Whether there is a cluster. The actor system must then be a member of one: Akka's provider is <c>cluster</c>. Default false.</summary>
    public bool Enabled { get; init; }

    /// <summary>
    /// Name of the cluster for those whom it dials: 1 to 64 of <c>A-Za-z0-9_-</c>. They know a component by it and the component's own, whichever node
    /// dials. Default <c>federation</c>.
    /// </summary>
    public string Name { get; init; } = "federation";

    /// <summary>The nodes that dial are those with this role: 1 to 64 of <c>A-Za-z0-9_-</c>. Default <c>federation</c>.</summary>
    public string Role { get; init; } = "federation";

    /// <summary>
    /// Parts into which the dialled components are divided, 1 to 10,000: some ten times as many as nodes there will ever be. It can be changed
    /// only while the whole cluster is down. Default 100.
    /// </summary>
    public int Shards { get; init; } = 100;

    /// <summary>Address at which the console program talks to the other nodes; not used where Akka's remoting is set up by an embedder. Default 127.0.0.1.</summary>
    public string Host { get; init; } = "127.0.0.1";

    /// <summary>TCP port at that address, 0 to 65535; 0 takes any free one. Not used by an embedder. Default 4053.</summary>
    public int Port { get; init; } = 4053;

    /// <summary>
    /// Nodes, as <c>host:port</c>, of which the console program asks one to let it in. The first of the list makes a new cluster when none of the
    /// others has one. Not used by an embedder. Default: none.
    /// </summary>
    public IReadOnlyList<string> SeedNodes { get; init; } = [];

    /// <summary>
    /// Members that a new cluster needs before any of them dials, 0 to 1,000; 0: more than half of <see cref="SeedNodes"/>. So the first seed node, started
    /// while it can reach nobody, does not dial what others dial already. Not used by an embedder, who sets <c>akka.cluster.min-nr-of-members</c>. Default 0.
    /// </summary>
    public int MinNodes { get; init; }

    /// <summary><see cref="MinNodes"/>, or what follows from the seed nodes.</summary>
    internal int NodesToStart => MinNodes > 0 ? MinNodes : (SeedNodes.Count / 2) + 1;
}
