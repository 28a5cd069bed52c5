using System.Globalization;
using Federation.Actors.Tests.Architecture;
using Xunit.Abstractions;

namespace Federation.Actors.Tests.Scale;

/// <summary>The storms of the library's README, computed again.</summary>
public sealed class ReconnectStormTests(ITestOutputHelper output)
{
    private const int Edges = 1_000_000;
    private const int Nodes = 50;
    private const int Seed = 20261124;

    private static readonly ReconnectSettings Patient = new() { MaxRetries = 0 };

    [Theory]
    [InlineData(Edges, Nodes, 0)]
    [InlineData(Edges, Nodes, 500)]
    [InlineData(Edges, Nodes, 200)]
    [InlineData(Edges, Nodes, 50)]
    [InlineData(Edges / Nodes, Nodes - 1, 0)]
    [InlineData(Edges / Nodes, Nodes - 1, 50)]
    public void A_storm_ends_as_the_README_says(int edges, int nodes, int limit)
    {
        var storm = new ReconnectStorm(edges, nodes, limit, Patient).Run(Seed);

        Assert.Equal((edges, 0), (storm.Connected, storm.GivenUp));
        Assert.True(limit == 0 || storm.PeakUpgrades <= limit);
        AssertInReadme(string.Create(CultureInfo.InvariantCulture,
            $"| {edges:N0} | {nodes} | {limit} | {storm.HalfAfter} s | {storm.MostAfter} s | {storm.Seconds} s | "
                + $"{(double)storm.Dials / edges:F1} | {storm.PeakDials:N0} | {storm.PeakUpgrades:N0} |"));
    }

    [Fact]
    public void With_a_bound_on_retries_edges_give_up_in_a_storm()
    {
        var storm = new ReconnectStorm(Edges, Nodes, 50, new ReconnectSettings()).Run(Seed);

        Assert.Equal(Edges, storm.Connected + storm.GivenUp);
        AssertInReadme(string.Create(CultureInfo.InvariantCulture, $"{storm.GivenUp:N0} edges give up"));
    }

    private void AssertInReadme(string text)
    {
        output.WriteLine(text);
        Assert.Contains(
            text, File.ReadAllText(Path.Combine(Repository.Root, "src", "Federation.Actors", "README.md")), StringComparison.Ordinal);
    }
}
