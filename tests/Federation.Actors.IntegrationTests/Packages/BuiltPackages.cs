using System.Diagnostics;
using Federation.Actors.IntegrationTests.Support;

namespace Federation.Actors.IntegrationTests.Packages;

/// <summary>What <c>./run.sh package</c> has built.</summary>
internal static class BuiltPackages
{
    private static readonly string Folder = Repository.File("artifacts/packages");

    /// <summary>Each file.</summary>
    public static IEnumerable<string> All => Directory.Exists(Folder) ? Directory.GetFiles(Folder) : [];

    /// <summary>The path of the file of this name, in which <c>*</c> stands for the version; null when it was not built.</summary>
    public static string? Find(string name)
    {
        var parts = name.Split('*');
        return All.SingleOrDefault(file => Path.GetFileName(file) is var found
            && found.StartsWith(parts[0], StringComparison.Ordinal) && found.EndsWith(parts[^1], StringComparison.Ordinal)
            && char.IsAsciiDigit(found[parts[0].Length]));
    }

    /// <inheritdoc cref="Find" />
    public static string Get(string name) => Find(name) ?? throw new InvalidOperationException($"{name} has not been built.");

    /// <summary>The version of the packages.</summary>
    public static string Version => Path.GetFileNameWithoutExtension(Get("Federation.Hocon.*.nupkg"))["Federation.Hocon.".Length..];

    /// <summary>The version of the program in the archives.</summary>
    public static string ProgramVersion => Path.GetFileName(Get("federation-*-linux-x64.tar.gz"))[11..^"-linux-x64.tar.gz".Length];

    /// <summary>Unpacks an archive into a folder of its own, which the caller deletes.</summary>
    public static async Task<DirectoryInfo> UnpackAsync(string archive)
    {
        var folder = Directory.CreateTempSubdirectory("federation-");
        if (archive.EndsWith(".zip", StringComparison.Ordinal))
        {
            await System.IO.Compression.ZipFile.ExtractToDirectoryAsync(archive, folder.FullName);
        }
        else
        {
            await RunAsync("tar", "-xzf", archive, "-C", folder.FullName);
        }

        return folder;
    }

    /// <summary>Runs a program to its end, which must be a good one, within five minutes.</summary>
    /// <returns>What it has printed.</returns>
    public static Task<string> RunAsync(string program, params string[] arguments) =>
        RunAsync(program, new Dictionary<string, string>(StringComparer.Ordinal), arguments);

    /// <summary>The same with more environment variables.</summary>
    public static async Task<string> RunAsync(string program, Dictionary<string, string> environment, params string[] arguments)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            RedirectStandardOutput = true, RedirectStandardError = true, UseShellExecute = false,
        };
        foreach (var (name, value) in environment)
        {
            start.Environment[name] = value;
        }

        using var process = Process.Start(start)!;
        using var patience = new CancellationTokenSource(TimeSpan.FromMinutes(5));
        try
        {
            var errors = process.StandardError.ReadToEndAsync(patience.Token);
            var output = await process.StandardOutput.ReadToEndAsync(patience.Token);
            await process.WaitForExitAsync(patience.Token);
            Assert.True(process.ExitCode == 0, $"{program} ended with {process.ExitCode}: {output}{await errors}");
            return output;
        }
        finally
        {
            if (!process.HasExited)
            {
                process.Kill(entireProcessTree: true);
            }
        }
    }
}

/// <summary>A test of a package; skipped where that has not been built.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal class PackageFactAttribute : FactAttribute
{
    /// <param name="name">As for <see cref="BuiltPackages.Find"/>.</param>
    public PackageFactAttribute(string name) =>
        Skip = BuiltPackages.Find(name) is null ? $"{name} has not been built; ./run.sh package builds it." : null;

    /// <summary>Whether it needs the history of this checkout.</summary>
    public bool NeedsGit
    {
        get;
        init
        {
            field = value;
            Skip ??= value && !Path.Exists(Repository.File(".git")) ? "There is no git here." : null;
        }
    }

    /// <summary>Whether it mounts file systems.</summary>
    public bool NeedsRoot
    {
        get;
        init
        {
            field = value;
            Skip ??= value && !Environment.IsPrivilegedProcess ? "Only root can mount." : null;
        }
    }
}

/// <summary>The same; skipped where nothing emulates arm64.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class Arm64FactAttribute : PackageFactAttribute
{
    public const string Emulator = "/usr/bin/qemu-aarch64-static";
    public const string Libraries = "/usr/aarch64-linux-gnu";

    /// <inheritdoc cref="PackageFactAttribute(string)" />
    public Arm64FactAttribute(string name)
        : base(name) =>
        Skip ??= File.Exists(Emulator) && Directory.Exists(Libraries)
            ? null : "qemu-user-static and libstdc++6-arm64-cross are not installed.";
}
