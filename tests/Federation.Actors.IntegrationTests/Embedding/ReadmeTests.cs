using Akka.Hosting;
using Federation.Actors.IntegrationTests.Support;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Federation.Actors.IntegrationTests.Embedding;

/// <summary>The examples of the library's page, compiled and run.</summary>
public sealed class ReadmeTests
{
    private const string ProjectReference = """<ProjectReference Include="../../src/Federation.Actors/Federation.Actors.csproj" />""";
    private const string PackageReference = """<PackageReference Include="Federation.Actors" Version="0.2.0-*" />""";

    [Fact]
    public async Task The_READMEs_program_prints_what_a_peer_sends()
    {
        await using var program = FederationProcess.Start(
            Path.Combine(AppContext.BaseDirectory,
                "Greenhouse"), directory: null, environment: null, "federation.components.edge-in.server.http_port=0");
        await program.SaysAsync("edge-in listens on ws://");
        await using var peer = await TestPeer.ConnectAsync(
            program.Url, static options => options.SetRequestHeader("X-Federation-Peer", "bed-7"));

        await peer.SendAsync(TestPeer.Data("1", """{"celsius":21.5}"""));

        Assert.Equal("1", (await peer.ReceiveAsync("ack")).GetProperty("id").GetString());
        await program.SaysAsync("""bed-7 says {"celsius":21.5}""");
        program.Signal(ProcessSignal.Terminate);
        await peer.Closed;
        Assert.Equal(0, await program.ExitedAsync());
    }

    [Theory]
    [InlineData("tests/Federation.Actors.Samples.Greenhouse/Greenhouse.csproj", "xml")]
    [InlineData("tests/Federation.Actors.Samples.Greenhouse/Program.cs", "csharp")]
    public async Task The_README_holds_that_program_to_the_letter(string file, string language)
    {
        var sample = await File.ReadAllTextAsync(Repository.File(file));
        var readme = await File.ReadAllTextAsync(Repository.File("src/Federation.Actors/README.md"));

        Assert.Contains(
            $"```{language}\n{sample.Replace(ProjectReference, PackageReference, StringComparison.Ordinal)}```", readme, StringComparison.Ordinal);
        Assert.Contains(ProjectReference.Replace("../../src", "../src", StringComparison.Ordinal), readme, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_READMEs_request_reaches_a_peer()
    {
        var builder = Microsoft.Extensions.Hosting.Host.CreateApplicationBuilder();
        builder.Services.AddAkka(
            "shop", akka => akka.WithFederation(FederationConfiguration.Parse(FederationProcess.Configuration("nats://127.0.0.1:1"))));
        builder.Services.AddFederation();
        using var host = builder.Build();
        await host.StartAsync();
        await using var peer = await TestPeer.ConnectAsync(
            await TestNode.EndpointAsync(host), options => options.SetRequestHeader("X-Federation-Peer", "edge-7"));

        // What the peer asks is answered once it is known.
        await peer.SendAsync("""{"type":"request","id":"1","payload":{"method":"status"}}""");
        await peer.ReceiveAsync("reply");
        var federation = host.Services.GetRequiredService<IFederation>();
        var replying = Task.Run(async () =>
        {
            var id = (await peer.ReceiveAsync("request")).GetProperty("id").GetString();
            var payload = """{"status":"ok","result":{"throughput":{"current":2,"average_1m":1,"unit":"msg/sec"},"queue_depth":3"""
                + ""","uptime_seconds":60,"connections":1}}""";
            await peer.SendAsync($$"""{"type":"reply","id":"{{id}}","payload":{{payload}} }""");
        });

        // README: request
        var status = await federation.StatusAsync("edge-in", "edge-7");
        Console.WriteLine($"{status.QueueDepth} wait, {status.Throughput.Current} {status.Throughput.Unit}");
        // README: end
        await replying;
        Assert.Equal((3, 2), (status.QueueDepth, status.Throughput.Current));
        await host.StopAsync();
    }

    [Theory]
    [InlineData("tests/Federation.Actors.IntegrationTests/Embedding/ReadmeTests.cs", "request", "src/Federation.Actors/README.md")]
    [InlineData("tests/Federation.Actors.IntegrationTests/Embedding/ClusterEmbeddingTests.cs", "cluster", "config/CLUSTER.md")]
    [InlineData("tests/Federation.Actors.Samples.Shop/FreezerFeed.cs", "feed", "src/Federation.Actors/README.md")]
    [InlineData("tests/Federation.Actors.Samples.Shop/Program.cs", "map", "src/Federation.Actors/README.md")]
    public async Task A_page_shows_these_lines_of_programs_that_run(string file, string name, string page)
    {
        var lines = await File.ReadAllLinesAsync(Repository.File(file));
        var sample = lines.SkipWhile(line => !line.EndsWith($"// README: {name}", StringComparison.Ordinal)).Skip(1)
            .TakeWhile(line => !line.EndsWith("// README: end", StringComparison.Ordinal)).ToList();
        var indent = sample[0].Length - sample[0].TrimStart().Length;
        var readme = await File.ReadAllTextAsync(Repository.File(page));

        Assert.Contains(string.Join('\n', sample.Select(line => line[indent..])), readme, StringComparison.Ordinal);
    }
}
