namespace Federation.Actors.Benchmarks.Link;

/// <summary>What a race of links measures.</summary>
/// <param name="Name">link or link-quick.</param>
/// <param name="Rounds">Of each contender, in turn.</param>
/// <param name="Seconds">About what one run takes.</param>
/// <param name="Sizes">Bytes of a payload.</param>
/// <param name="Stored">Messages that a stream holds before it is copied.</param>
/// <param name="Variants">How the nodes are set.</param>
internal sealed record LinkPlan(
    string Name, int Rounds, double Seconds, IReadOnlyList<int> Sizes, long Stored, IReadOnlyList<LinkVariant> Variants)
{
    /// <summary>Of <see cref="Stored"/>, those that show how a link starts.</summary>
    public const long Cold = 60_000;

    /// <summary>Time for which each contender is loaded before it counts: a node still compiles code after 10 s.</summary>
    public TimeSpan WarmUp => Sizes.Count > 1 ? TimeSpan.FromSeconds(15) : TimeSpan.FromSeconds(8);

    /// <summary>The load of a link that is far from full, messages a second.</summary>
    public const double Calm = 2_000;

    private static readonly LinkVariant[] Nodes =
    [
        new(LinkNames.AtLeastOnce, []),
        new(LinkNames.AtMostOnce, ["egress.delivery = at_most_once"]),
        new(LinkNames.Compressed, ["client.compression = always"]),
    ];

    /// <summary>About 15 minutes.</summary>
    public static LinkPlan Full { get; } = new(
        "link", Rounds: 5, Seconds: 1.5, [Plan.Small, 1024, 16 * 1024], Stored: 260_000, Nodes);

    /// <summary>About 2 minutes.</summary>
    public static LinkPlan Quick { get; } = new("link-quick", Rounds: 3, Seconds: 0.8, [Plan.Small], Stored: 200_000, Nodes);

    /// <summary>Messages on their way at most: 2.4 MB of small ones.</summary>
    public static int Window(int size) => Math.Clamp(8_000_000 / size, 512, 16_000);
}

/// <summary>Two nodes, set in one way.</summary>
/// <param name="Name">As in the tables.</param>
/// <param name="Settings">Of the component.</param>
internal sealed record LinkVariant(string Name, IReadOnlyList<string> Settings);

/// <summary>The contenders as the tables name them.</summary>
internal static class LinkNames
{
    public const string Leaf = "leaf";
    public const string LeafS2 = "leaf, s2";
    public const string Source = "NATS source";
    public const string AtLeastOnce = "nodes, at_least_once";
    public const string Compressed = "nodes, at_least_once, compressed";
    public const string AtMostOnce = "nodes, at_most_once";
}
