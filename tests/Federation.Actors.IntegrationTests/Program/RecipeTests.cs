using System.Text;
using Federation.Actors.IntegrationTests.Support;
using NATS.Client.Core;

namespace Federation.Actors.IntegrationTests.Program;

/// <summary>The recipe of the README for fifty edges, run as it stands there.</summary>
public sealed class RecipeTests
{
    [Fact]
    public async Task A_command_reaches_one_of_fifty_edges_with_tokens_of_their_own()
    {
        var recipe = (await File.ReadAllTextAsync(Repository.File("README.md"))).Split("### Fifty edges")[1].Split("\n### ")[0];
        var directory = Directory.CreateTempSubdirectory("federation-");
        await using var hubNats = await NatsServer.StartAsync();
        await using var edgeNats = await NatsServer.StartAsync();
        await using var tokens = InFolder(directory, recipe.Split("```bash")[1].Split("```")[0], isOwner: true);
        Assert.Equal(0, await tokens.ExitedAsync());
        await File.WriteAllTextAsync(Path.Combine(directory.FullName, "hub.conf"), recipe.Split("```hocon\n")[1].Split("```")[0]);
        var settings = $"--config hub.conf --set federation.nats.url={hubNats.Url}";

        await using var hub = InFolder(
            directory, $"exec {FederationProcess.Program} run {settings} --set federation.admin.port=0 --set "
                + "federation.components.edges.server.http_port=0");
        await hub.ListeningAsync();
        await using var edge = FederationProcess.Start(
            FederationProcess.Program, null, new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["EDGE_TOKEN"] = (await File.ReadAllTextAsync(Path.Combine(directory.FullName, "tokens", "edge-07"))).Trim(),
            ["HUB_URL"] = hub.Url.ToString().Replace("0.0.0.0", "127.0.0.1", StringComparison.Ordinal),
            ["NATS_URL"] = edgeNats.Url,
            ["EDGE_ADMIN_PORT"] = "0",
        }, "run", "--config", Repository.File("config/edge.conf"));
        await edge.SaysAsync("is connected to ws://");
        await using var service = new NatsConnection(new NatsOpts { Url = edgeNats.Url });
        await using var commands = await service.SubscribeCoreAsync<byte[]>("edge.control.request");
        await using var data = await service.SubscribeCoreAsync<byte[]>("edge.data");
        await service.PingAsync();
        await using var center = new NatsConnection(new NatsOpts { Url = hubNats.Url });
        await center.PublishAsync("commands.edge-08.log", "\"no\"");
        await center.PublishAsync("commands.edge-07.log", "\"yes\"");

        await using var request =
            InFolder(directory, $$"""exec {{FederationProcess.Program}} request edge-07 reboot --params '{"delay":5}' {{settings}}""");
        var command = await commands.Msgs.ReadAsync();
        await command.ReplyAsync(Encoding.UTF8.GetBytes("""{"delayed":5}"""));

        Assert.Equal("\"yes\"", Encoding.UTF8.GetString((await data.Msgs.ReadAsync()).Data!));
        Assert.Contains("\"reboot\"", Encoding.UTF8.GetString(command.Data!), StringComparison.Ordinal);
        Assert.Equal(0, await request.ExitedAsync());
        Assert.Equal("""{"status":"ok","result":{"delayed":5}}""", Assert.Single(request.Output));
    }

    private static FederationProcess InFolder(DirectoryInfo folder, string script, bool isOwner = false) =>
        FederationProcess.Start("bash", isOwner ? folder : null, environment: null, "-c",
            $"PATH={Path.GetDirectoryName(FederationProcess.Program)}:$PATH\ncd {folder.FullName}\n{script}");
}
