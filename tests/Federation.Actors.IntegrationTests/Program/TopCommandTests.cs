using Federation.Actors.IntegrationTests.Support;

namespace Federation.Actors.IntegrationTests.Program;

/// <summary><c>federation top</c> and what else is drawn on a terminal, on one.</summary>
public sealed class TopCommandTests : IAsyncLifetime
{
    private NatsServer _nats = null!;
    private FederationProcess _node = null!;

    public async Task InitializeAsync()
    {
        _nats = await NatsServer.StartAsync();
        _node = await FederationProcess.RunAsync(FederationProcess.Configuration(_nats.Url));
    }

    public async Task DisposeAsync()
    {
        await _node.DisposeAsync();
        await _nats.DisposeAsync();
    }

    [Fact]
    [Trait(Tool.Needs, "tmux")]
    public async Task Top_shows_peers_as_they_come_and_go_and_ends_at_q()
    {
        await using var terminal = await StartAsync();
        await terminal.ShowsAsync("All is well", "edge-in", "listening", "q quits");
        await using (await TestPeer.ConnectAsync(_node.Url, static options => options.SetRequestHeader("X-Federation-Peer", "edge-7")))
        {
            var screen = await terminal.ShowsAsync("edge-7", "127.0.0.1:", "edge-7 is connected");
            Assert.Contains("\e[", await terminal.ColoredScreenAsync(), StringComparison.Ordinal);
            Assert.DoesNotContain(screen.Split('\n'), static line => line.Length > 140);
        }

        await Eventually.TrueAsync(async () => (await terminal.ScreenAsync()).Split('\n')
            .All(static line => !line.StartsWith("edge-7", StringComparison.Ordinal)), "edge-7 is gone from the table");
        await terminal.PressAsync("q");
        Assert.DoesNotContain("All is well", await terminal.ShowsAsync("ended with 0"), StringComparison.Ordinal);
    }

    [Fact]
    [Trait(Tool.Needs, "tmux")]
    public async Task Top_fits_a_window_that_gets_small_and_large_again()
    {
        await using var terminal = await StartAsync();
        await using var peer = await TestPeer.ConnectAsync(
            _node.Url, static options => options.SetRequestHeader("X-Federation-Peer", "edge-7"));
        await terminal.ShowsAsync("ADDRESS", "edge-7 is connected");

        await terminal.ResizeAsync(44, 22);
        await Eventually.TrueAsync(
            async () => (await terminal.ScreenAsync()).Split('\n') is var lines
                && lines[0].StartsWith("node ", StringComparison.Ordinal) && lines[1].StartsWith("All is well", StringComparison.Ordinal)
                && Array.Exists(lines, static line => line.StartsWith("COMPONENT", StringComparison.Ordinal) && line.TrimEnd().EndsWith(
                    "NATS", StringComparison.Ordinal))
                && Array.Exists(lines, static line => line.StartsWith("edge-in   listening", StringComparison.Ordinal)
                    && line.TrimEnd().EndsWith("connected", StringComparison.Ordinal))
                && Array.Exists(lines, static line => line.StartsWith("edge-7 ", StringComparison.Ordinal))
                && Array.Exists(lines, static line => line.StartsWith("q quits", StringComparison.Ordinal)),
            "all that matters in 44 columns and 22 lines",
            Patience.Long);

        await terminal.ResizeAsync(140, 40);
        await terminal.ShowsAsync("ADDRESS", "PUBLISHED/s", "edge-7 is connected", "q quits");
    }

    [Fact]
    [Trait(Tool.Needs, "tmux")]
    public async Task Top_outlives_the_node_and_ends_at_an_interrupt()
    {
        await using var terminal = await StartAsync();
        await terminal.ShowsAsync("All is well");
        _node.Kill();
        await terminal.ShowsAsync("cannot reach http://127.0.0.1:", "retrying", "edge-in");
        await terminal.PressAsync("C-c");
        await terminal.ShowsAsync("ended with 0");
    }

    [Fact]
    [Trait(Tool.Needs, "tmux")]
    public async Task Top_without_a_terminal_says_what_is_for_scripts_and_without_a_node_where_to_look()
    {
        await using var top = FederationProcess.Start("top", "--url", $"{_node.Admin}");
        Assert.Equal(2, await top.ExitedAsync());
        Assert.Equal("top needs a terminal; use `federation status --json` in scripts", Assert.Single(top.Errors));

        await using var terminal = await TerminalSession.StartAsync($"{FederationProcess.Program} top --url http://127.0.0.1:1");
        await terminal.ShowsAsync("cannot reach http://127.0.0.1:1/", "ended with 2");
    }

    [Fact]
    [Trait(Tool.Needs, "tmux")]
    public async Task Send_draws_a_bar_and_tap_cuts_its_lines_to_the_terminal()
    {
        await using var sending = await TerminalSession.StartAsync($"seq 1 20 | {FederationProcess.Program} send - --url {_node.Url}");
        await sending.ShowsAsync("sent 20, acked 20, nacked 0", "20 acked, 0 nacked, 0 unanswered", "━━━━ 100%", "ended with 0");

        await using var server = await SendingServer.StartAsync();
        await using var tapping = await TerminalSession.StartAsync($"{FederationProcess.Program} tap --count 1 --url {server.Url}");
        await tapping.ShowsAsync("nothing is acked");
        await server.SendAsync($$$"""{"type":"data","id":"first","payload":{"long":"{{{new string('x', 500)}}}"}}""");
        var screen = await tapping.ShowsAsync("data", "first", "…", "ended with 0");
        Assert.DoesNotContain(new string('x', 140), screen.ReplaceLineEndings(""), StringComparison.Ordinal);
    }

    private Task<TerminalSession> StartAsync() => TerminalSession.StartAsync($"{FederationProcess.Program} top --url {_node.Admin}");
}
