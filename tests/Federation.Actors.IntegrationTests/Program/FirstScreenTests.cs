using Federation.Actors.IntegrationTests.Support;

namespace Federation.Actors.IntegrationTests.Program;

/// <summary>What a newcomer does first: <c>./run.sh</c>, and an envelope.</summary>
[Collection(DemoTests.Folder)]
public sealed class FirstScreenTests
{
    private static readonly Dictionary<string, string> AnyPort = new(StringComparer.Ordinal) { ["NATS_PORT"] = "-1", ["NATS_URL"] = "" };

    [Fact]
    public async Task Run_sh_serves_a_browser_console_and_takes_down_what_it_started()
    {
        await using var script = FederationProcess.Start(
            Repository.File("run.sh"), null, AnyPort, "serve", "--set",
            "federation.admin.port=0", "--set", "federation.components.edge-in.server.http_port=0");
        await script.ListeningAsync(TimeSpan.FromMinutes(3));
        await script.SaysAsync("is connected to NATS");
        Assert.Equal(5, script.Output.SkipWhile(line => !line.StartsWith("Send to", StringComparison.Ordinal))
            .TakeWhile(line => !line.Contains("info", StringComparison.Ordinal)).Count());

        // The README's way to look at NATS.
        var look = (await File.ReadAllLinesAsync(Repository.File("README.md")))
            .Single(line => line.Contains(" tap --config", StringComparison.Ordinal)).Trim();
        await using var looking = FederationProcess.Start("bash", directory: null,
            new Dictionary<string, string>(StringComparer.Ordinal) { ["NATS_URL"] = $"nats://127.0.0.1:{NatsPort(script)}" },
            "-c", $"cd {Repository.File("")} && exec {look}");
        await looking.SaysAsync("listening to");

        // As a page that has no origin says it.
        await using var browser = await TestPeer.ConnectAsync(script.Url, options => options.SetRequestHeader("Origin", "null"));
        await browser.SendAsync(TestPeer.Data("1", """{"hello":"world"}"""));
        var ack = await browser.ReceiveAsync("ack");
        Assert.Equal("1", ack.GetProperty("id").GetString());
        await looking.SaysAsync("""{"hello":"world"}""");
        var nats = int.Parse((await script.ChildrenAsync("nats-server")).Single(), System.Globalization.CultureInfo.InvariantCulture);

        script.Signal(ProcessSignal.Interrupt);

        Assert.Equal(0, await script.ExitedAsync());
        Assert.False(Directory.Exists($"/proc/{nats}"), "nats-server is still there");
    }

    private static string NatsPort(FederationProcess script) =>
        script.Output.Single(line => line.StartsWith("Arrives", StringComparison.Ordinal)).Split("nats://127.0.0.1:")[1].Split(';')[0];

    [Fact]
    public async Task Without_nats_run_sh_prints_what_arrives()
    {
        await using var script = FederationProcess.Start(
            Repository.File("run.sh"), null, new Dictionary<string, string>(StringComparer.Ordinal)
                { ["NO_NATS"] = "yes", ["NATS_URL"] = "" },
            "serve", "--set", "federation.admin.port=0", "--set", "federation.components.edge-in.server.http_port=0");
        await script.ListeningAsync(TimeSpan.FromMinutes(3));
        await using var peer = await TestPeer.ConnectAsync(script.Url);

        await peer.SendAsync(TestPeer.Data("1", """{"hello":"world"}"""));

        Assert.Equal("1", (await peer.ReceiveAsync("ack")).GetProperty("id").GetString());
        await script.SaysAsync("""federated.data client-1 1 {"hello":"world"}""");
        script.Signal(ProcessSignal.Interrupt);
        Assert.Equal(0, await script.ExitedAsync());
    }

    [Fact]
    public async Task Run_sh_says_what_it_can_do_and_refuses_what_it_cannot()
    {
        await using var help = FederationProcess.Start(Repository.File("run.sh"), null, AnyPort, "help");
        Assert.Equal(0, await help.ExitedAsync());
        Assert.Contains(help.Output, line => line.StartsWith("  test ", StringComparison.Ordinal));

        await using var wrong = FederationProcess.Start(Repository.File("run.sh"), null, AnyPort, "tset");
        Assert.Equal(1, await wrong.ExitedAsync());
        Assert.Contains(wrong.Errors, line => line.Contains("no such verb: tset", StringComparison.Ordinal));
    }
}
