using System.Collections.Concurrent;
using Federation.Actors.IntegrationTests.Support;
using Microsoft.Playwright;

namespace Federation.Actors.IntegrationTests.Dashboard;

/// <summary>A chromium without a window, for all tests that need one. Ends with them. It has one page at a time.</summary>
public sealed class Browser : IAsyncLifetime
{
    private IPlaywright? _playwright;
    private IBrowser? _browser;
    private IBrowserContext? _context;

    /// <summary>What the page has complained about in its console, the loss of the node excepted.</summary>
    public ConcurrentQueue<string> Complaints { get; private set; } = new();

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

    /// <summary>A page with nothing remembered.</summary>
    public async Task<IPage> OpenAsync(Uri url, int width = 1024, ColorScheme theme = ColorScheme.Light)
    {
        // The page of the test before goes on dialling its node, and the system may give that port to this test.
        await (_context?.CloseAsync() ?? Task.CompletedTask);
        var complaints = Complaints = new ConcurrentQueue<string>();
        _context = await _browser!.NewContextAsync(new BrowserNewContextOptions
        {
            ViewportSize = new ViewportSize { Width = width, Height = 900 }, ColorScheme = theme, ReducedMotion = ReducedMotion.Reduce,
        });
        var page = await _context.NewPageAsync();
        page.Console += (_, said) =>
        {
            if (said.Type is "error" && !said.Text.Contains("net::ERR_", StringComparison.Ordinal))
            {
                complaints.Enqueue(said.Text);
            }
        };
        page.PageError += (_, error) => complaints.Enqueue(error);
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
