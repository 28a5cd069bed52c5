using System.Globalization;
using System.Text.RegularExpressions;
using Federation.Actors.IntegrationTests.Support;
using Microsoft.Playwright;

namespace Federation.Actors.IntegrationTests.Dashboard;

/// <summary>What a page in a browser sees that opens a WebSocket to the node.</summary>
[Collection(BrowserAlone.Name)]
[Trait(Tool.Needs, "chromium")]
public sealed class BrowserPeerTests(Browser browser)
{
    private const int Sent = 1000;
    private static readonly PageWaitForFunctionOptions Patient = new() { Timeout = 30_000 };

    [Fact]
    public async Task A_page_is_a_peer_whose_messages_are_acked_and_that_is_told_to_be_slower()
    {
        await using var nats = await NatsServer.StartAsync();
        await using var site = await PageServer.StartAsync();
        await using var node = await NodeAsync(nats, site.Url, "--set", "federation.components.edge-in.backpressure.queue_size=100");
        var page = await browser.OpenAsync(site.Url);
        await ConnectAsync(page, node.Url);
        await page.EvaluateAsync("send(50)");
        await page.WaitForFunctionAsync("acks.length === 50", null, Patient);
        Assert.Equal(0, await page.EvaluateAsync<int>("slow.length"));

        nats.Suspend();
        await page.EvaluateAsync("count => send(count)", Sent - 50);
        await page.WaitForFunctionAsync("slow.length > 0", null, Patient);
        Assert.InRange(await page.EvaluateAsync<double>("slow[0].payload.utilization"), 0.8, 1);

        nats.Resume();
        await page.WaitForFunctionAsync("count => acks.length === count", Sent, Patient);
        Assert.Equal(Enumerable.Range(0, Sent).Select(static i => $"b{i}"), await page.EvaluateAsync<string[]>("acks"));
        Assert.Empty(browser.Complaints);
    }

    [Fact]
    public async Task What_the_README_says_in_a_console_is_acked()
    {
        await using var nats = await NatsServer.StartAsync();
        await using var node = await FederationProcess.RunAsync(
            FederationProcess.Configuration(nats.Url), "--set", "federation.components.edge-in.server.allowed_origins=[\"*\"]");
        var readme = await File.ReadAllTextAsync(Repository.File("README.md"));
        var script = readme.Split("```js")[1].Split("```")[0].Replace(
            "ws://127.0.0.1:8081/ingest", node.Url.ToString(), StringComparison.Ordinal);
        Assert.Contains("/health` in a browser", readme, StringComparison.Ordinal);
        Assert.Contains(node.Url.ToString(), script, StringComparison.Ordinal);
        var page = await browser.OpenAsync(new Uri(node.Admin, "health"));

        var said = await page.RunAndWaitForConsoleMessageAsync(
            () => page.EvaluateAsync($"() => {{ {script} }}"), new()
                { Timeout = 30_000, Predicate = static said => said.Text.StartsWith('{') });

        Assert.StartsWith("""{"type":"ack","id":"1","timestamp":""", said.Text, StringComparison.Ordinal);
        Assert.Empty(browser.Complaints);
    }

    [Fact]
    public async Task The_page_for_a_peer_sends_everything_to_a_node_that_is_killed()
    {
        await using var nats = await NatsServer.StartAsync();
        await using var subscriber = await NatsSubscriber.StartAsync(nats.Url, "federated.data");
        await using var site = await PageServer.StartAsync(await File.ReadAllTextAsync(Repository.File("config/peers/peer.html")));
        string[] fixedPort = ["--set", string.Create(CultureInfo.InvariantCulture,
            $"federation.components.edge-in.server.http_port={FreePort.Take()}")];
        await using var first = await NodeAsync(nats, site.Url, fixedPort);
        var page = await browser.OpenAsync(new Uri(site.Url, "?url=" + first.Url));
        await page.EvaluateAsync("for (let n = 0; n < 5000; n++) send({ n })");
        await subscriber.CountAsync(500);

        first.Kill();
        await first.ExitedAsync();
        await using var second = await NodeAsync(nats, site.Url, fixedPort);
        await page.WaitForFunctionAsync("acked === 5000", null, Patient);

        await page.WaitForFunctionAsync(
            "document.getElementById('state').textContent === 'connected, 5000 acked, 0 without an answer, 0 waiting'", null, Patient);
        await Eventually.TrueAsync(() => subscriber.Payloads.Distinct(StringComparer.Ordinal).Count() == 5000, "every message at NATS");
        Assert.Empty(browser.Complaints);
    }

    [Theory]
    [InlineData("bearer.let-me-in", "federation.v1 ack")]
    [InlineData("bearer.wrong", "refused")]
    public async Task A_page_shows_its_token_as_a_subprotocol(string token, string expected)
    {
        await using var nats = await NatsServer.StartAsync();
        await using var site = await PageServer.StartAsync();
        var environment = new Dictionary<string, string>(StringComparer.Ordinal) { ["EDGE_TOKEN"] = "let-me-in" };
        await using var node = await FederationProcess.RunAsync(
            FederationProcess.Configuration(nats.Url),
            environment,
            "--set",
            $"federation.components.edge-in.server.allowed_origins=[\"{site.Url.GetLeftPart(UriPartial.Authority)}\"]",
            "--set",
            "federation.components.edge-in.server.subprotocols=[\"federation.v1\"]",
            "--set",
            """federation.components.edge-in.auth={ type = bearer, bearer_token_env = "EDGE_TOKEN", bearer_in_subprotocol = true }""");
        var page = await browser.OpenAsync(site.Url);

        var result = await page.EvaluateAsync<string>(
            """
            ([url, token]) => new Promise(done => {
              const socket = new WebSocket(url, ["federation.v1", token]);
              socket.onopen = () => socket.send(JSON.stringify({ type: "data", id: "1", payload: 1 }));
              socket.onmessage = message => done(socket.protocol + " " + JSON.parse(message.data).type);
              socket.onerror = () => done("refused");
            })
            """,
            new[] { node.Url.ToString(), token });

        Assert.Equal(expected, result);
        await Eventually.TrueAsync(() => browser.Complaints.Count == (expected is "refused" ? 1 : 0), "the refusal in the console");
        Assert.All(browser.Complaints, static text => Assert.Contains("HTTP Authentication failed", text, StringComparison.Ordinal));
        Assert.DoesNotContain(node.Output.Concat(node.Errors),
            static line => line.Contains("let-me-in", StringComparison.Ordinal) || line.Contains("bearer.wrong", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_page_closes_in_order_with_and_without_compression(bool compresses)
    {
        await using var nats = await NatsServer.StartAsync();
        await using var site = await PageServer.StartAsync();
        await using var node = await NodeAsync(
            nats, site.Url, "--set", $"federation.components.edge-in.server.enable_compression={(compresses ? "true" : "false")}");
        var page = await browser.OpenAsync(site.Url);

        var end = await page.EvaluateAsync<string>(
            """
            url => new Promise((done, fail) => {
              const socket = new WebSocket(url);
              const acked = [];
              socket.onopen = () => {
                for (let n = 0; n < 20; n++)
                  socket.send(JSON.stringify({ type: "data", id: "m" + n, payload: "x".repeat(300 * n) }));
              };
              socket.onmessage = message => {
                acked.push(JSON.parse(message.data).id);
                if (acked.length === 20) socket.close(1000);
              };
              socket.onclose = event => done([socket.extensions.split(";")[0], acked[0], acked[19], event.code, event.wasClean].join(" "));
            })
            """,
            node.Url.ToString()).WaitAsync(TimeSpan.FromSeconds(60));

        Assert.Equal($"{(compresses ? "permessage-deflate" : "")} m0 m19 1000 true", end);
        Assert.Empty(browser.Complaints);
    }

    [Fact]
    public async Task A_page_of_an_origin_that_is_not_allowed_is_refused()
    {
        await using var nats = await NatsServer.StartAsync();
        await using var site = await PageServer.StartAsync();
        await using var node = await NodeAsync(nats, site.Url);
        var page = await browser.OpenAsync(site.OtherUrl);

        await Assert.ThrowsAsync<PlaywrightException>(() => ConnectAsync(page, node.Url));

        Assert.Contains("403", Assert.Single(browser.Complaints), StringComparison.Ordinal);
        using var http = new HttpClient { BaseAddress = node.Admin };
        var refused = Regex.Match(
            await http.GetStringAsync("metrics"), "errors_total\\{component=\"edge-in\",type=\"origin_rejected\"\\} (?<n>\\d+)",
            RegexOptions.ExplicitCapture, TimeSpan.FromSeconds(1));
        Assert.Equal("1", refused.Groups["n"].Value);
    }

    private static Task<FederationProcess> NodeAsync(NatsServer nats, Uri site, params string[] more) => FederationProcess.RunAsync(
        FederationProcess.Configuration(nats.Url),
        ["--set", string.Create(CultureInfo.InvariantCulture,
            $"federation.components.edge-in.server.allowed_origins=[\"{site.GetLeftPart(UriPartial.Authority)}\"]"), .. more]);

    private static async Task ConnectAsync(IPage page, Uri node) => await page.EvaluateAsync(
        """
        url => new Promise((done, fail) => {
          const socket = new WebSocket(url);
          let sent = 0;
          window.acks = [];
          window.slow = [];
          window.send = count => {
            for (const end = sent + count; sent < end; sent++)
              socket.send(JSON.stringify({ type: "data", id: "b" + sent, timestamp: Date.now(), payload: { n: sent } }));
          };
          socket.onmessage = message => {
            const answer = JSON.parse(message.data);
            if (answer.type === "ack") acks.push(answer.id);
            else if (answer.type === "slow") slow.push(answer);
          };
          socket.onopen = () => done();
          socket.onerror = () => fail(new Error("no connection"));
        })
        """,
        node.ToString());
}
