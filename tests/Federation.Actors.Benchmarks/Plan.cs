namespace Federation.Actors.Benchmarks;

/// <summary>What a run of the suite measures: of all combinations those that say something new.</summary>
/// <param name="Name">full or quick.</param>
/// <param name="Rounds">Of each contender, in turn.</param>
/// <param name="Seconds">About what one run of one contender takes.</param>
/// <param name="Cases">In order.</param>
/// <param name="HalfRateConnections">Where latency is measured.</param>
/// <param name="FanOut">Peers and the rates published to them.</param>
internal sealed record Plan(
    string Name, int Rounds, double Seconds, IReadOnlyList<Case> Cases,
    IReadOnlyList<int> HalfRateConnections, IReadOnlyList<(int Peers, int[] Rates)> FanOut)
{
    public const int Small = 150;

    /// <summary>Of small envelopes.</summary>
    public const int SmallWindow = 16_000;

    /// <summary>The same for 1,000 connections, of which each then has what each of 8 has.</summary>
    public const int WideWindow = SmallWindow / 8 * 1000;

    private const int Medium = 1024;
    private const int Large = 16 * 1024;

    /// <summary>At most 20 minutes.</summary>
    public static Plan Full { get; } = new(
        "full",
        Rounds: 5,
        Seconds: 1.2,
        [
            new(1, Small,
                [ContenderNames.Node, ContenderNames.Bare, ContenderNames.Script, ContenderNames.ReceiveOnly, ContenderNames.PublishOnly]),
            new(8, Small, [ContenderNames.Node, ContenderNames.Bare, ContenderNames.Script, ContenderNames.ReceiveOnly]),
            new(100, Small, [ContenderNames.Node, ContenderNames.Bare]),
            new(1000, Small, [ContenderNames.Node, ContenderNames.Bare, ContenderNames.Script, ContenderNames.ReceiveOnly]),
            new(1000, Small, [ContenderNames.Node, ContenderNames.Bare]) { Window = WideWindow },
            new(8, Medium, [ContenderNames.Node, ContenderNames.NodeDeflate, ContenderNames.Bare,
                ContenderNames.Script, ContenderNames.ReceiveOnly, ContenderNames.PublishOnly]),
            new(8, Large,
                [ContenderNames.Node, ContenderNames.Bare, ContenderNames.Script, ContenderNames.ReceiveOnly, ContenderNames.PublishOnly]),
            new(1, Small, [ContenderNames.NodeStream, ContenderNames.BareStream]),
            new(8, Medium, [ContenderNames.NodeStream, ContenderNames.BareStream]),
        ],
        [1, 8],
        [(1, [10_000, 40_000]), (10, [10_000, 20_000]), (100, [500, 1_000, 2_000])]);

    /// <summary>At most 3 minutes, and every bar of the full run.</summary>
    public static Plan Quick { get; } = new(
        "quick",
        Rounds: 3,
        Seconds: 0.7,
        [
            new(1, Small, [ContenderNames.Node, ContenderNames.Bare, ContenderNames.PublishOnly]),
            new(8, Small, [ContenderNames.Node, ContenderNames.Bare, ContenderNames.Script, ContenderNames.ReceiveOnly]),
            new(1000, Small, [ContenderNames.Node, ContenderNames.Bare]),
            new(1000, Small, [ContenderNames.Node, ContenderNames.Bare]) { Window = WideWindow },
            new(1, Small, [ContenderNames.NodeStream, ContenderNames.BareStream]),
        ],
        [8],
        []);
}
