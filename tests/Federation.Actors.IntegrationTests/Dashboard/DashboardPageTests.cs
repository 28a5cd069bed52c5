using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;
using Federation.Actors.IntegrationTests.Support;
using Microsoft.Playwright;

namespace Federation.Actors.IntegrationTests.Dashboard;

/// <summary>What someone sees who opens the node's address in a browser.</summary>
[Collection(BrowserAlone.Name)]
[Trait(Tool.Needs, "chromium")]
public sealed class DashboardPageTests(Browser browser)
{
    private static readonly LocatorAssertionsToContainTextOptions Soon = new() { Timeout = 20_000 };

    [Fact]
    public async Task The_numbers_on_the_page_are_those_of_the_metrics_and_a_peer_is_seen_coming_and_going()
    {
        await using var nats = await NatsServer.StartAsync();
        await using var node = await FederationProcess.RunAsync(FederationProcess.Configuration(nats.Url));
        var page = await browser.OpenAsync(node.Admin);
        await Headline(page).ToContainTextAsync("All is well", Soon);

        var sender = await NumberedSender.ConnectAsync(node.Url, "sensor-1", lasting: true);
        await using (sender)
        {
            await sender.SendAsync(1234);
            await sender.AllAnsweredAsync();
            using var http = new HttpClient { BaseAddress = node.Admin };
            var metrics = await http.GetStringAsync("metrics");
            var received = Regex.Match(metrics, "messages_received_total\\{component=\"edge-in\",type=\"data\"\\} (?<n>\\d+)",
                RegexOptions.ExplicitCapture, TimeSpan.FromSeconds(1)).Groups["n"].Value;
            await Assertions.Expect(page.Locator("article.card")).ToContainTextAsync(
                $"{int.Parse(received, CultureInfo.InvariantCulture):N0} received, 1,234 acked", Soon);
            await Assertions.Expect(page.Locator("#peer-rows tr")).ToContainTextAsync("sensor-1", Soon);
            await Assertions.Expect(page.Locator("#picture")).ToContainTextAsync("sensor-1", Soon);
        }

        await Assertions.Expect(page.Locator("#events")).ToContainTextAsync("sensor-1 is disconnected from edge-in", Soon);
        await Assertions.Expect(page.Locator("#no-peers")).ToBeVisibleAsync(new() { Timeout = 20_000 });
        Assert.Empty(browser.Complaints);
    }

    [Fact]
    public async Task NATS_that_is_killed_is_said_and_its_return_too_and_the_page_survives_the_node()
    {
        await using var nats = await NatsServer.StartAsync();
        var node = await FederationProcess.RunAsync(FederationProcess.Configuration(nats.Url));
        await using var first = node;
        var page = await browser.OpenAsync(node.Admin);
        await Headline(page).ToContainTextAsync("All is well", Soon);

        await Promise.IsKeptAsync(TimeSpan.FromSeconds(3), async () =>
        {
            using (var server = Process.GetProcessById(nats.Pid))
            {
                server.Kill();
            }

            var taken = await Promise.MeasureAsync(() => Headline(page).ToContainTextAsync("has had no connection to NATS for", Soon));
            await nats.RestartAsync();
            await Headline(page).ToContainTextAsync("All is well", Soon);
            return taken;
        });
        await Assertions.Expect(page.Locator("#events [data-kind=nats_lost]")).ToContainTextAsync("edge-in", Soon);

        var port = node.Admin.Port.ToString(CultureInfo.InvariantCulture);
        node.Kill();
        await Headline(page).ToContainTextAsync("has had no connection to the node", Soon);
        await node.DisposeAsync();
        await using var again = await FederationProcess.RunAsync(
            FederationProcess.Configuration(nats.Url), "--set", $"federation.admin.port={port}");
        await Headline(page).ToContainTextAsync("All is well", Soon);
        Assert.Empty(browser.Complaints);
    }

    [Fact]
    public async Task A_node_that_starts_is_shown_connecting_to_NATS_and_not_as_one_that_has_lost_it()
    {
        await using var nats = await NatsServer.StartAsync();
        await using var node = await FederationProcess.RunAsync(FederationProcess.Configuration(nats.Url));
        var page = await browser.OpenAsync(node.Admin);
        await Headline(page).ToContainTextAsync("All is well", Soon);

        Assert.Equal(["accepts peers, connecting to NATS", "connecting", ""], await DrawnAsync("null", 1));
        Assert.Equal(["accepts peers, NATS disconnected", "disconnected", "down"], await DrawnAsync("\"refused\"", 1));
        Assert.Equal(["accepts peers, NATS disconnected", "disconnected", "down"], await DrawnAsync("null", 2));

        // The node's next word would wipe it out again, so that it is drawn and read at one go.
        Task<string[]> DrawnAsync(string error, int seconds) => page.EvaluateAsync<string[]>(
            $$"""
            () => {
              state.components[0].nats = { connected: false, lost_for_seconds: {{seconds}}, last_error: {{error}} };
              draw();
              const row = picture.rows[0], text = e => e.textContent;
              return [text(row.state), text(picture.natsState), text(row.lines.pub.label).replace("0/s", "")];
            }
            """);
    }

    [Fact]
    public async Task What_a_peer_says_of_itself_is_shown_and_never_run()
    {
        await using var nats = await NatsServer.StartAsync();
        await using var node = await FederationProcess.RunAsync(
            FederationProcess.Configuration(nats.Url), "--set", "federation.components.edge-in.bidirectional.enabled=true");
        var page = await browser.OpenAsync(node.Admin);
        await using var peer = await TestPeer.ConnectAsync(node.Url);
        await peer.SendAsync("""{"type":"request","id":"r1","timestamp":0"""
            + ""","payload":{"method":"announce","params":{"capabilities":{"role":"<img src=x onerror=document.title='bad'>"}}}}""");

        await Assertions.Expect(page.Locator("#peer-rows tr")).ToContainTextAsync("<img src=x", Soon);

        Assert.Equal(0, await page.Locator("#peer-rows img").CountAsync());
        Assert.Empty(browser.Complaints);
    }

    [Fact]
    public async Task With_the_token_a_peer_is_disconnected_after_a_question()
    {
        await using var nats = await NatsServer.StartAsync();
        var environment = new Dictionary<string, string>(StringComparer.Ordinal) { ["ADMIN_TOKEN"] = "let-me-in" };
        await using var node = await FederationProcess.RunAsync(
            FederationProcess.Configuration(nats.Url), environment, "--set", "federation.admin.token_env=ADMIN_TOKEN");
        var page = await browser.OpenAsync(node.Admin);
        await using var sender = await NumberedSender.ConnectAsync(node.Url, "sensor-1", lasting: true);

        await page.GetByRole(AriaRole.Button, new() { Name = "Disconnect sensor-1" }).ClickAsync(new() { Timeout = 20_000 });
        await page.Locator("#confirm-yes").ClickAsync();
        await page.Locator("#secret").FillAsync("let-me-in");
        await page.Locator("#ask-yes").ClickAsync();

        await Assertions.Expect(page.Locator("#said-text")).ToContainTextAsync("Done: 1 connection is being closed", Soon);
        Assert.Equal(4002, (int?)await sender.ClosedWithAsync());
        await page.Locator("#said-ok").ClickAsync();
        await Assertions.Expect(page.Locator("#events")).ToContainTextAsync(
            "closed by this node with 4002: disconnected by the operator", Soon);
        Assert.Empty(browser.Complaints);
    }

    [Fact]
    public async Task The_button_for_colours_says_what_it_does()
    {
        await using var nats = await NatsServer.StartAsync();
        await using var node = await FederationProcess.RunAsync(FederationProcess.Configuration(nats.Url));
        var page = await browser.OpenAsync(node.Admin);

        await page.GetByRole(AriaRole.Button, new() { Name = "Use dark colours" }).ClickAsync();

        Assert.Equal("dark", await page.EvaluateAsync<string>("document.documentElement.dataset.theme"));
        await page.GetByRole(AriaRole.Button, new() { Name = "Use light colours" }).ClickAsync();
        Assert.Equal("light", await page.EvaluateAsync<string>("document.documentElement.dataset.theme"));
    }

    [Fact]
    public async Task Of_two_directions_an_unused_one_is_hidden_while_the_other_is_used()
    {
        await using var nats = await NatsServer.StartAsync();
        await using var node = await FederationProcess.RunAsync(
            FederationProcess.Configuration(nats.Url),
            "--set", """federation.components.edge-in.ports.inputs=[{ name = down, subject = "down.>" }]""");
        var page = await browser.OpenAsync(node.Admin);
        await Assertions.Expect(page.Locator(".flow:visible")).ToHaveCountAsync(4, new() { Timeout = 20_000 });
        await Assertions.Expect(page.Locator("#totals div")).ToHaveCountAsync(6);

        await using var sender = await NumberedSender.ConnectAsync(node.Url, "sensor-1", lasting: true);
        await sender.SendAsync(1);

        await Assertions.Expect(page.Locator(".flow:visible")).ToHaveCountAsync(2, new() { Timeout = 20_000 });
        await Assertions.Expect(page.Locator("#totals div")).ToHaveCountAsync(5);
        await Assertions.Expect(page.Locator("article.card")).ToContainTextAsync("nothing sent", Soon);
        await Assertions.Expect(page.Locator("th[data-key=rate_out]")).ToBeHiddenAsync();
        Assert.Empty(browser.Complaints);
    }

    private static ILocatorAssertions Headline(IPage page) => Assertions.Expect(page.Locator("#headline"));
}
