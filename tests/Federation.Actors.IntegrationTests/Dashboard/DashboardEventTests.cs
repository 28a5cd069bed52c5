using Federation.Actors.IntegrationTests.Support;
using Microsoft.Playwright;

namespace Federation.Actors.IntegrationTests.Dashboard;

/// <summary>How the page lists events: in order, folded, filtered.</summary>
[Collection(BrowserAlone.Name)]
[Trait(Tool.Needs, "chromium")]
public sealed class DashboardEventTests(Browser browser)
{
    private const string Add =
        """
        ([number, kind, severity, text, time]) => {
          events.length = number === 1 ? 0 : events.length;
          addEvent({ id: "9-" + number, kind, severity, component: "edge-in", peer: "p" + number, text, held_back: 0, time });
          showEvents();
        }
        """;

    [Fact]
    public async Task They_stand_in_the_order_in_which_they_happened_with_their_day_and_connects_folded()
    {
        await using var nats = await NatsServer.StartAsync();
        await using var node = await FederationProcess.RunAsync(FederationProcess.Configuration(nats.Url));
        var page = await ReadyAsync(node);
        var noon = new DateTimeOffset(2026, 1, 30, 12, 0, 0, TimeSpan.Zero).ToUnixTimeMilliseconds();
        await AddAsync(page, 1, "peer_connected", "info", "p1 connects", noon);
        await AddAsync(page, 2, "port_failed", "error", "a port fails", noon + 2000);
        await AddAsync(page, 3, "peer_connected", "info", "p3 connects", noon + 3000);
        await AddAsync(page, 4, "peer_disconnected", "info", "p4 disconnects", noon + 4000);
        await AddAsync(page, 5, "slow_began", "warning", "a queue fills", noon + 1000);
        await AddAsync(page, 6, "listening", "info", "a day later", noon + 86_400_000);

        Assert.Equal(
            [
                "Saturday 31 January 2026", "a day later", "Friday 30 January 2026", "1 connect and 1 disconnect of 2 peers",
                "a port fails", "a queue fills", "p1 connects",
            ],
            await ShownAsync(page));
        await page.Locator("#events summary").ClickAsync();
        await AddAsync(page, 7, "peer_connected", "info", "p7 connects", noon + 5000);
        Assert.Equal("2 connects and 1 disconnect of 3 peers", (await ShownAsync(page))[3]);
        await Assertions.Expect(page.Locator("#events details .event").First).ToContainTextAsync("p7 connects");
        await Assertions.Expect(page.Locator("#events details .event").First).ToBeVisibleAsync();
        Assert.Empty(browser.Complaints);
    }

    [Fact]
    public async Task They_are_filtered_by_severity_and_by_words()
    {
        await using var nats = await NatsServer.StartAsync();
        await using var node = await FederationProcess.RunAsync(FederationProcess.Configuration(nats.Url));
        var page = await ReadyAsync(node);
        await AddAsync(page, 1, "port_failed", "error", "a port fails", 1000);
        await AddAsync(page, 2, "slow_began", "warning", "a queue fills", 2000);
        await AddAsync(page, 3, "peer_connected", "info", "camera connects", 3000);

        await page.Locator("#severity").SelectOptionAsync("warning");
        Assert.Equal(["a queue fills", "a port fails"], (await ShownAsync(page))[1..]);
        await page.Locator("#severity").SelectOptionAsync("error");
        Assert.Equal(["a port fails"], (await ShownAsync(page))[1..]);
        await Assertions.Expect(page.Locator("#event-count")).ToHaveTextAsync("1 of 3");
        await page.Locator("#severity").SelectOptionAsync("all");
        await page.Locator("#search").FillAsync("CAMERA");
        Assert.Equal(["camera connects"], (await ShownAsync(page))[1..]);
        await page.Locator("#search").FillAsync("nowhere");
        await Assertions.Expect(page.Locator("#no-events")).ToHaveTextAsync("No events match.");
        Assert.Empty(browser.Complaints);
    }

    private async Task<IPage> ReadyAsync(FederationProcess node)
    {
        var page = await browser.OpenAsync(node.Admin);
        await Assertions.Expect(page.Locator("#headline")).ToContainTextAsync("All is well", new() { Timeout = 20_000 });
        return page;
    }

    private static async Task AddAsync(IPage page, int number, string kind, string severity, string text, long time) =>
        await page.EvaluateAsync(Add, new object[] { number, kind, severity, text, time });

    /// <summary>The visible lines without time and sign.</summary>
    private static Task<string[]> ShownAsync(IPage page) => page.EvaluateAsync<string[]>(
        """
        [...document.querySelectorAll("#events > li")].map(li => li.matches(".day") ? li.textContent.replace(",", "")
          : (li.querySelector("summary") || li.querySelector(".event")).lastChild.textContent.replace(/ since .*/, ""))
        """);
}
