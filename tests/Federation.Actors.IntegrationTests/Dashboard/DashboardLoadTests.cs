using System.Globalization;
using System.Text.RegularExpressions;
using Federation.Actors.IntegrationTests.Support;
using Microsoft.Playwright;

namespace Federation.Actors.IntegrationTests.Dashboard;

/// <summary>What someone sees of a node that has much to do.</summary>
[Collection(BrowserAlone.Name)]
[Trait(Tool.Needs, "chromium")]
public sealed class DashboardLoadTests(Browser browser)
{
    private static readonly LocatorAssertionsToContainTextOptions Soon = new() { Timeout = 30_000 };
    private static readonly Regex DropCount = new("Dropped[0-9,]+ ", RegexOptions.None, TimeSpan.FromSeconds(1));

    [Fact]
    public async Task Under_load_the_numbers_on_the_page_are_those_of_the_metrics_within_one_refresh()
    {
        await using var busy = await BusyNode.StartAsync();
        using var http = new HttpClient { BaseAddress = busy.Node.Admin };
        var page = await browser.OpenAsync(busy.Node.Admin);
        await Assertions.Expect(Card(page, "sensors-in")).ToContainTextAsync("acked", Soon);
        for (var round = 0; round < 5; round++)
        {
            var before = await ShownAsync(page);
            var metrics = await MetricsAsync(http);
            var at = DateTimeOffset.UtcNow.ToUnixTimeMilliseconds();
            await page.WaitForFunctionAsync("at => state && state.at > at", at, new() { Timeout = 30_000 });
            var after = await ShownAsync(page);

            Assert.InRange(metrics.Received, before.Received, after.Received);
            Assert.InRange(metrics.Acked, before.Acked, after.Acked);
            Assert.True(after.Received > before.Received, "nothing has moved");
        }

        await busy.CalmAsync();

        // A machine with much else to do may let the queue overflow.
        var last = await MetricsAsync(http);
        await Eventually.TrueAsync(
            async () =>
            {
                last = await MetricsAsync(http);
                return last.Received == last.Acked + last.Nacked;
            },
            () => $"all is answered: {last}");
        await Assertions.Expect(Card(page, "sensors-in")).ToContainTextAsync($"{last.Received:N0} received, {last.Acked:N0} acked", Soon);
        Assert.Empty(browser.Complaints);
    }

    [Fact]
    public async Task A_peer_is_seen_as_it_comes_gets_slow_loses_messages_and_goes_and_one_that_is_away_with_what_is_held_for_it()
    {
        await using var busy = await BusyNode.StartAsync();
        var page = await browser.OpenAsync(busy.Node.Admin);
        var events = page.Locator("#events");
        var row = page.Locator("#peer-rows tr", new() { HasText = "sensor-late" });
        await Assertions.Expect(page.Locator("#peer-rows tr", new() { HasText = "van-7" })).ToContainTextAsync("away for", Soon);
        await page.WaitForFunctionAsync("peers.some(peer => peer.identity === 'van-7' && peer.lag > 0)", null, new() { Timeout = 30_000 });

        var load = Task.CompletedTask;
        var sender = await NumberedSender.ConnectAsync(busy.Sensors, "sensor-late", lasting: true);
        await using (sender)
        {
            await Assertions.Expect(events).ToContainTextAsync("sensor-late is connected to sensors-in", Soon);
            await Assertions.Expect(row).ToContainTextAsync("connected", Soon);

            load = busy.SendAsync(sender);
            busy.Nats.Suspend();
            await Assertions.Expect(row).ToContainTextAsync("throttled", Soon);
            await Assertions.Expect(events.Locator("[data-kind=slow_began]").First).ToContainTextAsync("sensors-in", Soon);
            await Assertions.Expect(events.Locator("[data-kind=messages_dropped]").First).ToContainTextAsync("sensors-in", Soon);
            await Assertions.Expect(Card(page, "sensors-in")).ToContainTextAsync(DropCount, Soon);
            await Assertions.Expect(page.Locator("#headline")).Not.ToContainTextAsync("All is well");

            busy.Nats.Resume();
            await Assertions.Expect(events.Locator("[data-kind=slow_ended]").First).ToContainTextAsync("sensors-in", Soon);
        }

        await load;
        await Assertions.Expect(events).ToContainTextAsync("sensor-late is disconnected from sensors-in", Soon);
        await Assertions.Expect(row).ToHaveCountAsync(0, new() { Timeout = 30_000 });
        Assert.Empty(browser.Complaints);
    }

    private static ILocator Card(IPage page, string component) =>
        page.Locator("article.card", new() { Has = page.GetByRole(AriaRole.Heading, new() { Name = component, Exact = true }) });

    private static async Task<(long Received, long Acked)> ShownAsync(IPage page)
    {
        var text = await Card(page, "sensors-in").InnerTextAsync();
        var found = Regex.Match(
            text, "(?<received>[0-9,]+) received, (?<acked>[0-9,]+) acked", RegexOptions.ExplicitCapture, TimeSpan.FromSeconds(1));
        return (Number(found, "received"), Number(found, "acked"));
    }

    private static async Task<(long Received, long Acked, long Nacked)> MetricsAsync(HttpClient http)
    {
        var text = await http.GetStringAsync("metrics");
        return (
            Counter(text, "_messages_received_total{component=\"sensors-in\",type=\"data\""),
            Counter(text, "_acks_sent_total{component=\"sensors-in\""),
            Counter(text, "_nacks_sent_total{component=\"sensors-in\""));
    }

    /// <summary>The sum of all series that begin so.</summary>
    private static long Counter(string metrics, string name) => Regex
        .Matches(metrics, Regex.Escape(name) + "[^}]*} (?<n>[0-9]+)", RegexOptions.ExplicitCapture, TimeSpan.FromSeconds(1))
        .Sum(static found => Number(found, "n"));

    private static long Number(Match found, string group) =>
        long.Parse(found.Groups[group].Value, NumberStyles.AllowThousands, CultureInfo.InvariantCulture);
}
