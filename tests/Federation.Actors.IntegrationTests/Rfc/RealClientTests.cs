using System.Diagnostics;
using Federation.Actors.IntegrationTests.Support;

namespace Federation.Actors.IntegrationTests.Rfc;

/// <summary>
/// Peers that are built with the libraries most people use: each connects, sends, is acked, pings where it can, and closes in order.
/// </summary>
/// <remarks>
/// Debian's packages python3-websockets and python3-websocket, for Debian's Python; ws and undici of the npm registry, fetched once into
/// <c>artifacts/clients</c>.
/// </remarks>
public abstract class RealClientTests(RfcNode node)
{
    public sealed class Lean(RfcNode.Lean node) : RealClientTests(node), IClassFixture<RfcNode.Lean>;

    public sealed class Plain(RfcNode.Plain node) : RealClientTests(node), IClassFixture<RfcNode.Plain>;

    private const string Python = "/usr/bin/python3";

    internal static readonly string Modules = Repository.File(Path.Combine("artifacts", "clients"));

    private static readonly SemaphoreSlim Installing = new(1);

    [Theory]
    [InlineData("plain")]
    [InlineData("deflate")]
    [Trait(Tool.Needs, "python3-websockets")]
    public Task Python_websockets(string compression) => RunAsync(Python, "python_websockets.py", compression);

    [Fact]
    [Trait(Tool.Needs, "python3-websocket")]
    public Task Python_websocket_client() => RunAsync(Python, "python_websocket_client.py");

    [Theory]
    [InlineData("plain")]
    [InlineData("deflate")]
    [Trait(Tool.Needs, "node")]
    [Trait(Tool.Needs, "npm")]
    public async Task Node_ws(string compression)
    {
        await FetchModulesAsync();
        await RunAsync("node", "node_ws.cjs", compression);
    }

    [Fact]
    [Trait(Tool.Needs, "node")]
    [Trait(Tool.Needs, "npm")]
    public async Task Node_undici()
    {
        await FetchModulesAsync();
        await RunAsync("node", "node_undici.cjs");
    }

    /// <summary>Fetches them once, whichever tests ask first.</summary>
    internal static async Task FetchModulesAsync()
    {
        await Installing.WaitAsync(TimeSpan.FromMinutes(4));
        try
        {
            await InstallAsync();
        }
        finally
        {
            Installing.Release();
        }
    }

    private static async Task InstallAsync()
    {
        if (!Directory.Exists(Path.Combine(Modules, "node_modules", "undici")))
        {
            Directory.CreateDirectory(Modules);
            await RunAsync("npm",
                ["install", "--no-audit", "--no-fund", "--silent", "--prefix", Modules, "ws@8", "undici@6"], TimeSpan.FromMinutes(3));
        }
    }

    private Task RunAsync(string program, string script, params string[] more) =>
        RunAsync(program, [Repository.File($"tests/Federation.Actors.IntegrationTests/Rfc/Clients/{script}"), node.Url.ToString(), .. more],
            TimeSpan.FromSeconds(60));

    private static async Task RunAsync(string program, string[] arguments, TimeSpan patience)
    {
        var start = new ProcessStartInfo(program, arguments)
            { RedirectStandardError = true, RedirectStandardOutput = true, UseShellExecute = false };
        start.Environment["NODE_PATH"] = Path.Combine(Modules, "node_modules");
        using var process = Process.Start(start) ?? throw new InvalidOperationException("cannot start " + program);
        var errors = process.StandardError.ReadToEndAsync();
        var output = process.StandardOutput.ReadToEndAsync();
        using var late = new CancellationTokenSource(patience);
        try
        {
            await process.WaitForExitAsync(late.Token);
        }
        finally
        {
            if (!process.HasExited)
            {
                process.Kill(entireProcessTree: true);
            }
        }

        Assert.True(process.ExitCode == 0, $"{program} {string.Join(' ', arguments)}: {await output}{await errors}");
    }
}
