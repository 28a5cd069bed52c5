using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace Federation.Actors.IntegrationTests.Support;

/// <summary>
/// A real Prometheus on 127.0.0.1 with the scrape and the alert rules of config/prometheus, but every second and at once. Killed by its id
/// at the end.
/// </summary>
internal sealed partial class PrometheusServer : IAsyncDisposable
{
    private const int Attempts = 5;
    private const string Target = "targets: [\"127.0.0.1:9464\"]";

    private readonly FederationProcess _process;
    private readonly HttpClient _http;

    private PrometheusServer(FederationProcess process, int port)
    {
        _process = process;
        _http = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{port}/") };
    }

    /// <summary>Starts one and waits until it answers.</summary>
    /// <param name="targets">The admin endpoints to scrape.</param>
    public static async Task<PrometheusServer> StartAsync(params Uri[] targets)
    {
        for (var attempt = 1; ; attempt++)
        {
            var server = await LaunchAsync(targets);
            try
            {
                await Eventually.TrueAsync(
                    async () => server._process.HasEnded || await server.IsReadyAsync(), "Prometheus to answer", Patience.Long);

                // Another program may have taken the port meanwhile.
                if (!server._process.HasEnded)
                {
                    return server;
                }

                Assert.True(attempt < Attempts, "Prometheus has ended: " + string.Join('\n', server._process.Errors));
            }
            catch
            {
                await server.DisposeAsync();
                throw;
            }

            await server.DisposeAsync();
        }
    }

    /// <summary>Asks its HTTP API; the member <c>data</c> of the answer.</summary>
    /// <param name="path">Below <c>/api/v1/</c>.</param>
    public async Task<JsonElement> GetAsync(string path)
    {
        using var response = await _http.GetAsync("api/v1/" + path);
        var text = await response.Content.ReadAsStringAsync();
        Assert.True(response.IsSuccessStatusCode, path + ": " + text);
        return JsonDocument.Parse(text).RootElement.GetProperty("data");
    }

    /// <summary>The values of an expression now, one for each series.</summary>
    public async Task<IReadOnlyList<double>> QueryAsync(string expression)
    {
        var data = await GetAsync("query?query=" + Uri.EscapeDataString(expression));
        return [.. data.GetProperty("result").EnumerateArray().Select(
            static series => double.Parse(series.GetProperty("value")[1].GetString()!, CultureInfo.InvariantCulture))];
    }

    public async ValueTask DisposeAsync()
    {
        _http.Dispose();
        await _process.DisposeAsync();
    }

    private static async Task<PrometheusServer> LaunchAsync(Uri[] targets)
    {
        var directory = Directory.CreateTempSubdirectory("prometheus-");
        var rules = await File.ReadAllTextAsync(Repository.File("config/prometheus/alerts.yml"));
        await File.WriteAllTextAsync(Path.Combine(directory.FullName, "alerts.yml"), DurationPattern().Replace(rules, "for: 0s"));
        var file = Path.Combine(directory.FullName, "prometheus.yml");
        var configuration = await File.ReadAllTextAsync(Repository.File("config/prometheus/prometheus.yml"));
        Assert.Contains(Target, configuration, StringComparison.Ordinal);
        await File.WriteAllTextAsync(
            file,
            IntervalPattern().Replace(configuration, "_interval: 1s")
                .Replace(Target, $"targets: [{string.Join(", ", targets.Select(static target => $"\"{target.Authority}\""))}]",
                    StringComparison.Ordinal));
        using var finder = new TcpListener(IPAddress.Loopback, 0);
        finder.Start();
        var port = ((IPEndPoint)finder.LocalEndpoint).Port;
        finder.Stop();
        var process = FederationProcess.Start(
            "prometheus",
            directory,
            null,
            "--config.file=" + file,
            "--storage.tsdb.path=" + Path.Combine(directory.FullName, "data"),
            $"--web.listen-address=127.0.0.1:{port}",
            "--log.level=warn");
        return new PrometheusServer(process, port);
    }

    [GeneratedRegex("for: [0-9]+[smh]", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex DurationPattern();

    [GeneratedRegex("_interval: [0-9]+s", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex IntervalPattern();

    private async Task<bool> IsReadyAsync()
    {
        try
        {
            using var response = await _http.GetAsync("-/ready");
            return response.IsSuccessStatusCode;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }
}
