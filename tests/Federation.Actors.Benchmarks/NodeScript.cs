using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;

namespace Federation.Actors.Benchmarks;

/// <summary>The receiver in Node.js: node/receiver.mjs with its packages, installed once below the folder of the run.</summary>
internal static class NodeScript
{
    /// <summary>Starts it; null, and a line, where node or npm is missing or its packages cannot be had.</summary>
    public static async Task<Contender?> StartAsync(string folder, string natsUrl, CancellationToken stop)
    {
        var home = Path.Combine(folder, "node");
        try
        {
            Directory.CreateDirectory(home);
            foreach (var file in (string[])["package.json", "receiver.mjs"])
            {
                File.Copy(Path.Combine(AppContext.BaseDirectory, "node", file), Path.Combine(home, file), overwrite: true);
            }

            var isInstalled = Directory.Exists(Path.Combine(home, "node_modules", "nats"))
                && Directory.Exists(Path.Combine(home, "node_modules", "ws"));
            if (!isInstalled && await RunAsync(home, "npm", ["install", "--no-audit", "--no-fund"], stop) is not 0 and var code)
            {
                Console.WriteLine($"Node.js is left out: npm install ended with {code}.");
                return null;
            }

            var port = Race.FreePort();
            return await Contender.StartAsync(
                "Node.js", port, "/", "node", Path.Combine(home, "receiver.mjs"), port.ToString(CultureInfo.InvariantCulture), natsUrl);
        }
        catch (Exception e) when (e is Win32Exception or TimeoutException)
        {
            Console.WriteLine("Node.js is left out: " + e.Message);
            return null;
        }
    }

    private static async Task<int> RunAsync(string folder, string program, string[] arguments, CancellationToken stop)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            WorkingDirectory = folder,
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using var process = Process.Start(start) ?? throw new InvalidOperationException("cannot start " + program);
        await Task.WhenAll(process.StandardOutput.ReadToEndAsync(stop), process.StandardError.ReadToEndAsync(stop));
        await process.WaitForExitAsync(stop);
        return process.ExitCode;
    }
}
