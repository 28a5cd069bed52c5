using System.Runtime.Versioning;
using Federation.Actors.IntegrationTests.Support;

namespace Federation.Actors.IntegrationTests.Program;

/// <summary><c>./run.sh tools</c>, which begins <c>./run.sh test</c>, on machines that have little.</summary>
[UnsupportedOSPlatform("windows")]
public sealed class RunScriptTests : IDisposable
{
    private const string Browser =
        "NOT TESTED: the tests of the dashboard in a browser; chromium is missing and cannot be installed here (Debian package chromium).";

    private readonly DirectoryInfo _path = Directory.CreateTempSubdirectory("path-");

    public RunScriptTests()
    {
        foreach (var name in (string[])["bash", "cat", "dirname", "env", "grep", "sort"])
        {
            File.CreateSymbolicLink(Path.Combine(_path.FullName, name), Tool.Find(name)!);
        }
    }

    public void Dispose() => _path.Delete(recursive: true);

    [Fact]
    public async Task Without_root_the_missing_programs_are_listed_with_the_tests_that_are_left_out()
    {
        Add("apt-get", "exit 100");
        Add("id", "echo 1000");
        await using var tools = Start();

        Assert.Equal(0, await tools.ExitedAsync());
        Assert.Single(tools.Output, Browser);
        Assert.Single(tools.Output, static line => line.StartsWith("NOT TESTED: the tests on a terminal; tmux", StringComparison.Ordinal));
    }

    [Fact]
    public async Task With_apt_get_missing_programs_are_installed_and_a_package_that_cannot_be_is_named()
    {
        Add("id", "echo 0");
        Add("apt-get", $"""
            for package; do :; done
            case $package in
              chromium) exit 100 ;;
              nodejs) package=node ;;
              prometheus) ln -sf {Tool.Find("true")} {_path.FullName}/promtool ;;
            esac
            ln -sf {Tool.Find("true")} {_path.FullName}/$package
            """);
        File.CreateSymbolicLink(Path.Combine(_path.FullName, "ln"), Tool.Find("ln")!);
        await using var tools = Start();

        Assert.Equal(0, await tools.ExitedAsync());
        Assert.Contains(tools.Output, static line =>
            line.StartsWith("Installing with apt-get: ", StringComparison.Ordinal) && line.Contains(" tmux", StringComparison.Ordinal));
        Assert.Contains("apt-get cannot install chromium.", tools.Output);
        Assert.Single(tools.Output, Browser);
        Assert.DoesNotContain(tools.Output, static line => line.Contains("tmux is missing", StringComparison.Ordinal));
    }

    private void Add(string name, string script)
    {
        var file = Path.Combine(_path.FullName, name);
        File.WriteAllText(file, $"#!{Tool.Find("bash")}\n{script}\n");
        File.SetUnixFileMode(file, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
    }

    private FederationProcess Start() => FederationProcess.Start(
        Repository.File("run.sh"), null, new Dictionary<string, string>(StringComparer.Ordinal) { ["PATH"] = _path.FullName }, "tools");
}
