using System.Text.Json;
using Federation.Actors.Configuration;
using Federation.Actors.IntegrationTests.Support;

namespace Federation.Actors.IntegrationTests.Program;

/// <summary>Tags of the peers file, in <c>federation peers</c>, <c>federation request --tag</c> and <c>/api/peers</c>.</summary>
public sealed class PeerTagTests : IAsyncLifetime
{
    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("federation-");
    private NatsServer _nats = null!;

    private string Configuration => Path.Combine(_directory.FullName, "node.conf");

    private string Peers => Path.Combine(_directory.FullName, "peers.conf");

    public async Task InitializeAsync()
    {
        _nats = await NatsServer.StartAsync();
        await File.WriteAllTextAsync(Peers, Line("edge-1", "region = eu, site = a") + Line("edge-2", "region = us") + Line("edge-3", ""));
        await File.WriteAllTextAsync(Configuration, FederationProcess.Configuration(_nats.Url).Replace(
            "ports.outputs = [ ",
            $"auth {{ type = bearer, peers_file = \"{Peers}\" }}\n"
                + "ports.outputs = [ { name = ws_control, subject = federated.control, type = nats }, ",
            StringComparison.Ordinal));
    }

    public async Task DisposeAsync()
    {
        await _nats.DisposeAsync();
        _directory.Delete(recursive: true);
    }

    [Fact]
    public async Task A_request_to_a_tag_reaches_the_peers_that_have_it_now()
    {
        await using var node = await FederationProcess.RunAsync(await File.ReadAllTextAsync(Configuration));
        await using var one = await ConnectAsync(node, "edge-1");
        await using var two = await ConnectAsync(node, "edge-2");
        await using var three = await ConnectAsync(node, "edge-3");

        Assert.Equal(["edge-1"], await AskedAsync("region=eu"));
        Assert.Equal(["edge-1"], await AskedAsync("region=eu", "site=a"));
        await using var none = FederationCommand.Start("request", "reboot", "--tag", "region=us", "--tag", "site=a", "--config", Configuration);
        Assert.Equal(1, await none.ExitedAsync());
        Assert.Equal("no peer with region=us and site=a is connected to edge-in", Assert.Single(none.Errors));

        await using var list = FederationCommand.Start("peers", "--config", Configuration);
        Assert.Equal(0, await list.ExitedAsync());
        Assert.EndsWith("TAGS", list.Output[0], StringComparison.Ordinal);
        Assert.EndsWith("connected  region=eu site=a", list.Output[1], StringComparison.Ordinal);
        Assert.EndsWith("connected", list.Output[3], StringComparison.Ordinal);
        using var http = new HttpClient();
        using var api = JsonDocument.Parse(await http.GetStringAsync(new Uri(node.Admin, "api/peers?filter=edge-2")));
        Assert.Equal("us", api.RootElement.GetProperty("peers")[0].GetProperty("tags").GetProperty("region").GetString());

        await File.WriteAllTextAsync(Peers, Line("edge-1", "region = us") + Line("edge-2", "region = eu") + Line("edge-3", "region = eu"));
        await Eventually.TrueAsync(
            async () => (await AskedAsync("region=eu")).SequenceEqual(["edge-2", "edge-3"], StringComparer.Ordinal), "the new tags");
    }

    /// <summary>The peers that a request with these tags reaches.</summary>
    private async Task<IReadOnlyList<string>> AskedAsync(params string[] tags)
    {
        await using var request = FederationCommand.Start(
            ["request", "reboot", "--json", "--config", Configuration, .. tags.SelectMany(static tag => new[] { "--tag", tag })]);
        Assert.Equal(0, await request.ExitedAsync());
        return [.. request.Output.Select(static line => JsonElement.Parse(line).GetProperty("peer").GetString()!).Order(
            StringComparer.Ordinal)];
    }

    /// <summary>A peer that answers each request, until it is disposed.</summary>
    private static async Task<TestPeer> ConnectAsync(FederationProcess node, string name)
    {
        var peer = await TestPeer.ConnectAsync(node.Url, options => options.SetRequestHeader("Authorization", $"Bearer {name}"));
        _ = AnswerAsync(peer);
        return peer;
    }

    private static async Task AnswerAsync(TestPeer peer)
    {
        while (true)
        {
            var request = await peer.ReceiveAsync("request");
            await peer.SendAsync($$"""{"type":"reply","id":"{{request.GetProperty("id").GetString()}}","payload":{"status":"ok"} }""");
        }
    }

    private static string Line(string name, string tags) =>
        $"{name} {{ secret = \"{PeerTable.HashOf(name)}\"{(tags.Length > 0 ? $", tags {{ {tags} }}" : "")} }}\n";
}
