using System.Globalization;
using Federation.Actors.IntegrationTests.Support;
using Microsoft.Playwright;

namespace Federation.Actors.IntegrationTests.Dashboard;

/// <summary>Whether everybody can read the page and get along with it: on any screen, by day and by night, without a mouse.</summary>
[Collection(BrowserAlone.Name)]
[Trait(Tool.Needs, "chromium")]
public sealed class DashboardLookTests(Browser browser)
{
    /// <summary>
    /// Texts whose contrast with what is behind them is less than 4.5 (WCAG 2.2, 1.4.3, level AA): ratio and text of each. A text of the
    /// picture may stand on a box or beside it; the worse counts.
    /// </summary>
    private const string FaintTexts =
        """
        () => {
          const number = c => { const m = c.match(/[\d.]+/g).map(Number); return m.length > 3 && m[3] === 0 ? null : m; };
          const linear = v => (v /= 255) <= .04045 ? v / 12.92 : ((v + .055) / 1.055) ** 2.4;
          const light = ([r, g, b]) => { const f = linear; return .2126 * f(r) + .7152 * f(g) + .0722 * f(b); };
          const ratio = (a, b) => { const [x, y] = [light(a), light(b)].sort((m, n) => n - m); return (x + .05) / (y + .05); };
          const behind = e => {
            for (; e; e = e.parentElement) { const c = number(getComputedStyle(e).backgroundColor); if (c) return c; }
            return [255, 255, 255];
          };
          const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT), faint = [];
          let looked = 0;
          for (let node; node = walk.nextNode();) {
            const e = node.parentElement;
            if (!node.data.trim() || ["SCRIPT", "STYLE"].includes(e.tagName) || !e.checkVisibility()) continue;
            const isDrawn = e instanceof SVGElement, style = getComputedStyle(e), ink = number(isDrawn ? style.fill : style.color);
            const boxes = isDrawn ? [...document.querySelectorAll("#picture .box")] : [];
            const grounds = [behind(e), ...boxes.map(box => number(getComputedStyle(box).fill))];
            const least = Math.min(...grounds.map(ground => ratio(ink, ground)));
            looked++;
            if (least < 4.5) faint.push(least.toFixed(2) + " " + node.data.trim());
          }
          const field = document.getElementById("filter");
          const least = ratio(number(getComputedStyle(field, "::placeholder").color), behind(field));
          if (least < 4.5) faint.push(least.toFixed(2) + " placeholder");
          return looked < 50 ? ["only " + looked + " texts"] : faint;
        }
        """;

    /// <summary>Texts of the picture that overlap another one or stand out of it, and texts of cards and headings that are cut.</summary>
    private const string SpoiltTexts =
        """
        () => {
          const spoilt = [], all = document.getElementById("picture").getBoundingClientRect();
          const drawn = [...document.querySelectorAll("#picture text")].filter(t => t.textContent)
            .map(t => [t.textContent, t.getBoundingClientRect()]);
          drawn.forEach(([text, a], i) => {
            if (a.left < all.left - 1 || a.right > all.right + 1 || a.top < all.top - 1 || a.bottom > all.bottom + 1)
              spoilt.push("outside: " + text);
            for (const [other, b] of drawn.slice(i + 1))
              if (a.left < b.right - 1 && b.left < a.right - 1 && a.top < b.bottom - 4 && b.top < a.bottom - 4)
                spoilt.push(text + " over " + other);
          });
          for (const e of document.querySelectorAll(".card *, h1, h2, .headline, .totals *, .tools *, button"))
            if (e.textContent && e.scrollWidth > e.clientWidth + 1 && e.clientWidth > 1) spoilt.push("cut: " + e.textContent);
          return spoilt;
        }
        """;

    /// <summary>How far to the right a lag stands.</summary>
    private const string FarthestLag =
        "Math.max(...[...document.querySelectorAll('[data-key=lag]')].map(lag => lag.getBoundingClientRect().right))";

    /// <summary>How many different numbers of tiles stand in a row; 1: none stands alone.</summary>
    private const string TilesInARow =
        """
        () => {
          const rows = Map.groupBy(document.querySelectorAll("#totals div"), tile => tile.offsetTop);
          return new Set([...rows.values()].map(tiles => tiles.length)).size;
        }
        """;

    private static readonly LocatorAssertionsToContainTextOptions Soon = new() { Timeout = 30_000 };

    [Fact]
    public async Task It_fits_phones_and_wide_screens_by_day_and_by_night_and_every_text_can_be_read()
    {
        await using var busy = await BusyNode.StartAsync();
        var page = await browser.OpenAsync(busy.Node.Admin, width: 390);
        await LookAsync(page, "dashboard", 390, ColorScheme.Light, "cloud-link");
        Assert.InRange(await page.EvaluateAsync<int>("document.documentElement.scrollHeight"), 500, 2000);
        await Assertions.Expect(page.Locator("th[data-key=lag]")).ToBeVisibleAsync();
        Assert.InRange(await page.EvaluateAsync<double>(FarthestLag), 200, 390);
        await LookAsync(page, "dashboard", 820, ColorScheme.Dark, "cloud-link");
        await LookAsync(page, "dashboard", 1280, ColorScheme.Dark, "cloud-link");
        await LookAsync(page, "dashboard", 1920, ColorScheme.Light, "cloud-link");

        var faulty = await NumberedSender.ConnectAsync(busy.Sensors, "sensor-late", lasting: true);
        await using (faulty)
        {
            busy.Nats.Suspend();
            var load = busy.SendAsync(faulty);
            using var http = new HttpClient { BaseAddress = busy.Node.Admin };
            await Eventually.TrueAsync(async () => (await http.GetStringAsync("api/events"))
                .Contains("messages_dropped", StringComparison.Ordinal), "drops", Patience.Long);
            await LookAsync(page, "trouble", 1280, ColorScheme.Light, "NATS");
            await LookAsync(page, "trouble", 390, ColorScheme.Dark, "NATS");
            busy.Nats.Resume();
            await faulty.DisposeAsync();
            await load;
        }

        Assert.Empty(browser.Complaints);
    }

    [Fact]
    public async Task The_keyboard_reaches_every_control_sorts_the_table_and_closes_a_question()
    {
        await using var busy = await BusyNode.StartAsync();
        var page = await browser.OpenAsync(busy.Node.Admin);
        await Assertions.Expect(page.Locator("#peer-rows tr")).ToHaveCountAsync(5, new() { Timeout = 30_000 });
        await Assertions.Expect(page.GetByRole(AriaRole.Button, new() { Name = "Disconnect warehouse" })).ToBeVisibleAsync(
            new() { Timeout = 30_000 });
        const string Name =
            "e => e.id || e.getAttribute('aria-label') || e.getAttribute('aria-labelledby') || e.textContent.replace(/[▲▼]/, '').trim()";
        var controls = await page.EvaluateAsync<string[]>(
            $"[...document.querySelectorAll('a[href], button, input, select, textarea, summary, [tabindex=\"0\"]')].filter(e => e.checkVisibility()).map({Name})");
        var reached = new List<string>();
        for (var i = 0; i < controls.Length; i++)
        {
            await page.Keyboard.PressAsync("Tab");
            reached.Add(await page.EvaluateAsync<string>($"({Name})(document.activeElement)"));
        }

        Assert.Equal(controls.Order(StringComparer.Ordinal), reached.Order(StringComparer.Ordinal));
        Assert.All(["Disconnect warehouse", "drain", "filter", "Lag", "Reconnect now…"], name => Assert.Contains(name, reached));

        var lag = page.Locator("th[data-key=lag]");
        await lag.Locator("button").FocusAsync();
        await page.Keyboard.PressAsync("Enter");
        await Assertions.Expect(lag).ToHaveAttributeAsync("aria-sort", "ascending");
        await page.Keyboard.PressAsync("Enter");
        await Assertions.Expect(lag).ToHaveAttributeAsync("aria-sort", "descending");
        await Assertions.Expect(page.Locator("#peer-rows tr").First).ToContainTextAsync("van-7", Soon);

        await page.GetByRole(AriaRole.Button, new() { Name = "Disconnect warehouse" }).FocusAsync();
        await page.Keyboard.PressAsync("Enter");
        await Assertions.Expect(page.Locator("#confirm")).ToBeVisibleAsync();
        Assert.Equal("confirm-no", await page.EvaluateAsync<string>("document.activeElement.id"));
        await page.Keyboard.PressAsync("Escape");
        await Assertions.Expect(page.Locator("#confirm")).ToBeHiddenAsync();
        Assert.Equal("Disconnect warehouse", await page.EvaluateAsync<string>("document.activeElement.getAttribute('aria-label')"));
        Assert.Empty(browser.Complaints);
    }

    private static async Task LookAsync(IPage page, string what, int width, ColorScheme theme, string headline)
    {
        await page.SetViewportSizeAsync(width, 900);
        await page.EmulateMediaAsync(new() { ColorScheme = theme, ReducedMotion = ReducedMotion.Reduce });
        await page.WaitForFunctionAsync("at => state && state.at > at", DateTimeOffset.UtcNow.ToUnixTimeMilliseconds(), new() { Timeout = 30_000 });
        await Assertions.Expect(page.Locator("#headline")).ToContainTextAsync(headline, Soon);
        await Assertions.Expect(page.Locator("#peer-rows")).ToContainTextAsync("van-7", Soon);
        Assert.Equal(
            theme == ColorScheme.Dark ? "dark" : "light", await page.EvaluateAsync<string>("document.documentElement.dataset.theme"));
        if (Environment.GetEnvironmentVariable("SCREENSHOTS") is { Length: > 0 } folder)
        {
            var file = string.Create(CultureInfo.InvariantCulture, $"{what}-{width}-{theme.ToString().ToLowerInvariant()}.png");
            await page.ScreenshotAsync(new() { Path = Path.Combine(folder, file), FullPage = true });
        }

        Assert.True(await page.EvaluateAsync<bool>("document.documentElement.scrollWidth <= innerWidth"), "it is wider than the screen");
        Assert.Equal(1, await page.EvaluateAsync<int>(TilesInARow));
        Assert.True(width < 800 || await page.EvaluateAsync<bool>(
            "[...document.querySelectorAll('.scroll')].every(e => e.scrollWidth <= e.clientWidth)"), "a table does not fit");
        Assert.True(width < 1000
            || await page.EvaluateAsync<bool>(
            "document.getElementById('picture').textContent.includes(host(state.components[2].endpoint))"),
            "whom it dials is not in the picture");
        Assert.True(await page.EvaluateAsync<bool>(
            "[...document.querySelectorAll('.card')].every(card => new Set([...card.querySelectorAll('.spark')].map(line => "
                + "line.clientWidth)).size <= 1)"), "lines of one card have different lengths");
        Assert.Empty(await page.EvaluateAsync<string[]>(FaintTexts));
        Assert.Empty(await page.EvaluateAsync<string[]>(SpoiltTexts));
    }
}
