using System.Text.Json;
using Federation.Actors.IntegrationTests.Support;

namespace Federation.Actors.IntegrationTests.Program;

/// <summary><c>federation status</c>, of a node that is well, one that is not, and none.</summary>
public sealed class StatusCommandTests
{
    [Fact]
    public async Task A_node_that_is_well_ends_the_program_with_0_and_one_without_NATS_with_1()
    {
        await using var nats = await NatsServer.StartAsync();
        await using var node = await FederationProcess.RunAsync(
            FederationProcess.Configuration(nats.Url), "--set",
            "federation.component_defaults.health.nats_lost_unhealthy_after=1ms", "--set", "federation.nats.ping_interval=1s");
        await using var peer = await TestPeer.ConnectAsync(node.Url);
        FederationCommand? well = null;
        await Eventually.TrueAsync(async () => (well = await StatusAsync(node)).Output.Any(
            static line => line.StartsWith("All is well: 1 connection", StringComparison.Ordinal)), "a node that is well");

        Assert.Equal(0, await well!.ExitedAsync());
        Assert.Matches("^node [A-Za-z0-9_-]+  version [0-9a-z.-]+  up [0-9a-z ]+  running$", well.Output[0]);
        Assert.Contains(well.Output, static line => line.StartsWith("COMPONENT  STATE      PEERS  RECEIVED/s", StringComparison.Ordinal));
        Assert.Contains(well.Output, static line => line.StartsWith("edge-in    listening  1 ", StringComparison.Ordinal) && line.EndsWith(
            "connected", StringComparison.Ordinal));
        Assert.Contains($"  accepts peers on {node.Url}", well.Output);
        Assert.DoesNotContain(well.Output, static line => line.Contains('\e', StringComparison.Ordinal));

        nats.Kill();
        FederationCommand? ill = null;
        await Eventually.TrueAsync(
            async () => await (ill = await StatusAsync(node, "--json")).ExitedAsync() == 1, "a node that is not well");
        var state = JsonDocument.Parse(Assert.Single(ill!.Output)).RootElement;
        Assert.False(state.GetProperty("healthy").GetBoolean());
        Assert.False(state.GetProperty("components")[0].GetProperty("nats").GetProperty("connected").GetBoolean());
    }

    [Fact]
    public async Task Where_no_node_is_the_program_ends_with_2_and_says_what_to_try()
    {
        await using var nobody = FederationProcess.Start("status", "--url", "http://127.0.0.1:1");
        await using var wrong = FederationProcess.Start("status", "--url", "ws://a:b@127.0.0.1", "--token-env", "NOT_SET_ANYWHERE");

        Assert.Equal((2, 2), (await nobody.ExitedAsync(), await wrong.ExitedAsync()));
        Assert.Matches("^cannot reach http://127.0.0.1:1/: .*; start the node with `federation run`, or set its address with "
            + "--url$", Assert.Single(nobody.Errors));
        Assert.Equal(["--url:", "--token-env:"], wrong.Errors.Select(static line => line.Split(' ')[0]));
    }

    [Fact]
    public async Task What_is_no_node_is_said_to_be_none()
    {
        await using var nats = await NatsServer.StartAsync();
        await using var node = await FederationProcess.RunAsync(FederationProcess.Configuration(nats.Url));
        await using var status = FederationCommand.Start(
            "status", "--url", new UriBuilder(node.Url) { Scheme = "http", Path = "/" }.Uri.ToString());

        Assert.Equal(2, await status.ExitedAsync());
        Assert.EndsWith(
            "answers /api with 404: it is not a federation node, or an older version", Assert.Single(status.Errors),
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_redirect_is_not_followed_and_the_program_says_where_it_leads()
    {
        await using var other = new ScriptedServer("HTTP/1.1 500 No\r\n\r\n");
        await using var server = new ScriptedServer(
            $"HTTP/1.1 307 Temporary Redirect\r\nLocation: http://127.0.0.1:{other.Port}/login?back=1\r\nContent-Length: 0\r\n\r\n");
        await using var status = FederationCommand.Start("status", "--url", $"http://127.0.0.1:{server.Port}");

        Assert.Equal(2, await status.ExitedAsync());
        Assert.Equal(
            $"http://127.0.0.1:{server.Port}/ redirects with 307 to http://127.0.0.1:{other.Port}/login; redirects are not followed; "
                + "use the final address in --url",
            Assert.Single(status.Errors));
        Assert.Equal(0, other.Connections);
    }

    private static async Task<FederationCommand> StatusAsync(FederationProcess node, params string[] more)
    {
        // Ended when it is returned, so that nobody has to end it.
        var status = FederationCommand.Start(["status", "--url", $"{node.Admin}", .. more]);
        await status.ExitedAsync();
        return status;
    }
}
