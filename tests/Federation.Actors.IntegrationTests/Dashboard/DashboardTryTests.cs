using System.Net;
using System.Net.Http.Json;
using Federation.Actors.IntegrationTests.Support;
using Microsoft.Playwright;

namespace Federation.Actors.IntegrationTests.Dashboard;

/// <summary>The first envelope, sent from the page.</summary>
[Collection(BrowserAlone.Name)]
[Trait(Tool.Needs, "chromium")]
public sealed class DashboardTryTests(Browser browser)
{
    private static readonly LocatorAssertionsToContainTextOptions Soon = new() { Timeout = 20_000 };

    [Fact]
    public async Task An_envelope_sent_from_the_page_of_a_new_node_is_published_and_acked()
    {
        await using var nats = await NatsServer.StartAsync();
        await using var node = await FederationProcess.RunAsync(FederationProcess.Configuration(nats.Url));
        await using var subscriber = await NatsSubscriber.StartAsync(nats.Url, "federated.data");
        var page = await browser.OpenAsync(node.Admin);
        var result = page.Locator("#try-result");

        await page.Locator("#try-send").ClickAsync(new() { Timeout = 20_000 });

        await Assertions.Expect(result).ToContainTextAsync("\"type\":\"ack\"", Soon);
        await Assertions.Expect(result).ToContainTextAsync("✓ acked", Soon);
        await subscriber.CountAsync(1);
        Assert.Equal(["""{"hello":"world"}"""], subscriber.Payloads);
        await Assertions.Expect(page.Locator("article.card")).ToContainTextAsync("1 received, 1 acked", Soon);

        await page.Locator("#try-line").FillAsync("not JSON");
        await page.Locator("#try-send").ClickAsync();
        await Assertions.Expect(result).ToContainTextAsync("Not sent: byte 2: found 'not JSON'", Soon);
        Assert.All(browser.Complaints, static text => Assert.Contains("400", text, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Where_peers_present_a_token_one_is_typed_in_and_shown_nowhere()
    {
        await using var nats = await NatsServer.StartAsync();
        var environment = new Dictionary<string, string>(StringComparer.Ordinal) { ["EDGE_TOKEN"] = "let-me-in" };
        await using var node = await FederationProcess.RunAsync(
            FederationProcess.Configuration(nats.Url), environment,
            "--set", """federation.components.edge-in.auth={ type = bearer, bearer_token_env = "EDGE_TOKEN" }""");
        var page = await browser.OpenAsync(node.Admin);
        var result = page.Locator("#try-result");

        await page.Locator("#try-secret").FillAsync("wrong-token", new() { Timeout = 20_000 });
        await page.Locator("#try-send").ClickAsync();
        await Assertions.Expect(result).ToContainTextAsync("the component refused the token", Soon);
        await page.Locator("#try-secret").FillAsync("let-me-in");
        await page.Locator("#try-send").ClickAsync();

        await Assertions.Expect(result).ToContainTextAsync("✓ acked", Soon);
        Assert.DoesNotContain("let-me-in", await page.Locator("body").InnerTextAsync(), StringComparison.Ordinal);
        Assert.DoesNotContain(node.Output.Concat(node.Errors), static line => line.Contains("let-me-in", StringComparison.Ordinal));
        Assert.Empty(browser.Complaints);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("http://evil.example")]
    [InlineData("null")]
    public async Task Whoever_is_not_the_page_sends_nothing(string? origin)
    {
        await using var nats = await NatsServer.StartAsync();
        await using var node = await FederationProcess.RunAsync(FederationProcess.Configuration(nats.Url));
        using var http = new HttpClient { BaseAddress = node.Admin };
        using var request = new HttpRequestMessage(HttpMethod.Post, "api/components/edge-in/try")
        {
            Content = JsonContent.Create(new { line = "{}" }),
        };
        if (origin is not null)
        {
            request.Headers.Add("Origin", origin);
        }

        using var answer = await http.SendAsync(request);

        Assert.Equal(HttpStatusCode.Forbidden, answer.StatusCode);
        Assert.Contains(
            "messages_received_total{component=\"edge-in\",type=\"data\"} 0\n", await http.GetStringAsync("metrics"),
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_is_too_large_malformed_or_for_no_component_is_refused()
    {
        await using var nats = await NatsServer.StartAsync();
        await using var node = await FederationProcess.RunAsync(FederationProcess.Configuration(nats.Url));
        using var http = new HttpClient { BaseAddress = node.Admin };
        http.DefaultRequestHeaders.Add("Origin", node.Admin.GetLeftPart(UriPartial.Authority));

        Assert.Equal(HttpStatusCode.NotFound, await TryAsync("other", new { line = "1" }));
        Assert.Equal(HttpStatusCode.BadRequest, await TryAsync("edge-in", new { token = "1" }));
        Assert.Equal(HttpStatusCode.BadRequest, await TryAsync("edge-in", "text"));
        Assert.Equal(HttpStatusCode.BadRequest, await TryAsync("edge-in", new { line = $"\"{new string('x', 70_000)}\"" }));
        Assert.Equal(HttpStatusCode.OK, await TryAsync("edge-in", new { line = "1" }));

        async Task<HttpStatusCode> TryAsync(string component, object body)
        {
            using var answer = await http.PostAsJsonAsync($"api/components/{component}/try", body);
            return answer.StatusCode;
        }
    }
}
