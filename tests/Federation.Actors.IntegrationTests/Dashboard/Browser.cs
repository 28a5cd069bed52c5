using System.Collections.Concurrent;
using Federation.Actors.IntegrationTests.Support;
using Microsoft.Playwright;

namespace Federation.Actors.IntegrationTests.Dashboard;

/// <summary>A chromium without a window, for all tests that need one. Ends with them.</summary>
public sealed class Browser : IAsyncLifetime
{
    private IPlaywright? _playwright;
    private IBrowser? _browser;

    /// <summary>What pages have complained about in their consoles, the loss of the node excepted.</summary>
    public ConcurrentQueue<string> Complaints { get; } = new();

    /// <inheritdoc />
    public async Task InitializeAsync()
    {
        _playwright = await Playwright.CreateAsync();
        _browser = await _playwright.Chromium.LaunchAsync(new BrowserTypeLaunchOptions
        {
            ExecutablePath = Tool.Find("chromium", "chromium-browser", "google-chrome"),
            Args = ["--no-sandbox", "--disable-gpu", "--disable-software-rasterizer"],
        });
    }

    /// <summary>A page of its own, with nothing remembered.</summary>
    public async Task<IPage> OpenAsync(Uri url, int width = 1024, ColorScheme theme = ColorScheme.Light)
    {
        var context = await _browser!.NewContextAsync(new BrowserNewContextOptions
        {
            ViewportSize = new ViewportSize { Width = width, Height = 900 }, ColorScheme = theme, ReducedMotion = ReducedMotion.Reduce,
        });
        var page = await context.NewPageAsync();
        page.Console += (_, said) =>
        {
            if (said.Type is "error" && !said.Text.Contains("net::ERR_", StringComparison.Ordinal))
            {
                Complaints.Enqueue(said.Text);
            }
        };
        page.PageError += (_, error) => Complaints.Enqueue(error);
        await page.GotoAsync(url.ToString());
        return page;
    }

    /// <inheritdoc />
    public async Task DisposeAsync()
    {
        if (_browser is not null)
        {
            await _browser.DisposeAsync();
        }

        _playwright?.Dispose();
    }
}
