using System.Globalization;
using System.Text.RegularExpressions;
using Akka.Actor;
using Akka.Cluster;
using Akka.Configuration;
using Akka.DistributedData;
using Federation.Actors.Clustering;
using Federation.Actors.Tests.Architecture;
using Xunit.Abstractions;

namespace Federation.Actors.Tests.Scale;

/// <summary>The size of the peer directory in the library's README, written as it goes from node to node.</summary>
public sealed class DirectorySizeTests(ITestOutputHelper output)
{
    private const int Edges = 1_000_000;
    private const int Nodes = 50;
    private const int Sample = 2_000;

    [Fact]
    public async Task A_directory_of_all_edges_has_the_size_that_the_README_says()
    {
        using var system = ActorSystem.Create("federation", ConfigurationFactory.ParseString(
            "akka { loglevel = OFF, stdout-loglevel = OFF }").WithFallback(DistributedData.DefaultConfig()));
        var nodes = Enumerable.Range(0, Nodes).Select(static node =>
            new UniqueAddress(new Address("akka.tcp", "federation", $"10.0.0.{100 + node}", 4053), 1_000_000_000 + node)).ToArray();
        var bucket = LWWDictionary<string, string>.Empty;
        for (var edge = 0; edge < Sample; edge++)
        {
            var node = nodes[edge % Nodes];
            bucket = bucket.SetItem(node, PeerDirectory.Key("edges", $"edge-{Edges + edge}"), $"{node.Address}#{node.Uid}");
        }

        var bytes = system.Serialization.FindSerializerFor(bucket).ToBinary(bucket).Length / (double)Sample;

        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{bytes:0.0} bytes an edge"));
        var said = Regex.Match(
            await File.ReadAllTextAsync(Path.Combine(Repository.Root, "src", "Federation.Actors", "README.md")),
            $@"(?<edge>[\d.]+) bytes per edge, (?<all>[\d.]+) MB in total, "
                + $@"and (?<part>[\d.]+) MB in each of the {PeerDirectory.Buckets} parts",
            RegexOptions.ExplicitCapture,
            TimeSpan.FromSeconds(5));

        // How well the times of the entries compress is not the same twice.
        AssertSaid(bytes, said.Groups["edge"]);
        AssertSaid(bytes * Edges / 1e6, said.Groups["all"]);
        AssertSaid(bytes * Edges / PeerDirectory.Buckets / 1e6, said.Groups["part"]);
    }

    private static void AssertSaid(double measured, Group said) =>
        Assert.InRange(double.Parse(said.Value, CultureInfo.InvariantCulture), measured * 0.9, measured * 1.1);
}
