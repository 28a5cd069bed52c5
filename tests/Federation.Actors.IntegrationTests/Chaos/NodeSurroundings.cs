using System.Globalization;
using Federation.Actors.IntegrationTests.Support;

namespace Federation.Actors.IntegrationTests.Chaos;

/// <summary>What a node finds around it and a fault may change: its password, what its NATS user may do, and the wall clock.</summary>
internal sealed class NodeSurroundings : IDisposable
{
    /// <summary>The NATS user of the node.</summary>
    public const string NodeUser = "node";

    /// <summary>The NATS user that may do anything, and its password.</summary>
    public const string JudgeUser = "judge";

    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("chaos-");
    private string _password = "first";

    public NodeSurroundings()
    {
        WritePassword();
        File.WriteAllText(ClockFile, "+0");
    }

    /// <summary>File with the node's password.</summary>
    public string PasswordFile => Path.Combine(_directory.FullName, "password");

    /// <summary>Environment of the node: libfaketime, which leaves the monotonic clock alone and looks at its file once a second.</summary>
    public IReadOnlyDictionary<string, string> Environment => new Dictionary<string, string>(StringComparer.Ordinal)
    {
        ["LD_PRELOAD"] = FakeTimeLibrary(),
        ["FAKETIME_TIMESTAMP_FILE"] = ClockFile,
        ["FAKETIME_DONT_FAKE_MONOTONIC"] = "1",
        ["FAKETIME_CACHE_DURATION"] = "1",
    };

    private string ClockFile => Path.Combine(_directory.FullName, "clock");

    /// <summary>Sets the node's wall clock.</summary>
    public void StepClock(TimeSpan offset)
    {
        // In one step: a file that is empty for a moment stands for no offset.
        var next = ClockFile + ".next";
        File.WriteAllText(next, offset.TotalSeconds.ToString("+0;-0", CultureInfo.InvariantCulture));
        File.Move(next, ClockFile, overwrite: true);
    }

    /// <summary>Configuration of the server, which takes the present password, or from now on another one.</summary>
    /// <param name="password">Null: the present one.</param>
    /// <param name="denied">A subject that the node may not publish to; null: none.</param>
    public string ServerConfiguration(string? password = null, string? denied = null)
    {
        _password = password ?? _password;
        var permissions = denied is null ? "" : $$""", permissions: { publish: { deny: ["{{denied}}"] } }""";

        // JetStream in the file: 2.9 does not reload a configuration that has it on the command line.
        return $$"""
            jetstream { store_dir: "{{NatsServerOptions.Store}}" }
            authorization { users: [
              { user: {{NodeUser}}, password: "{{_password}}"{{permissions}} }
              { user: {{JudgeUser}}, password: "{{JudgeUser}}" }
            ] }
            """;
    }

    /// <summary>Lets the node know the password that the server takes.</summary>
    public void WritePassword()
    {
        File.WriteAllText(PasswordFile + ".next", _password);
        File.Move(PasswordFile + ".next", PasswordFile, overwrite: true);
    }

    public void Dispose() => _directory.Delete(recursive: true);

    private static string FakeTimeLibrary() =>
        Directory.EnumerateDirectories("/usr/lib")
            .Select(static folder => Path.Combine(folder, "faketime", "libfaketimeMT.so.1")).FirstOrDefault(File.Exists)
        ?? throw new InvalidOperationException("libfaketime is missing; Debian's package is faketime");
}
