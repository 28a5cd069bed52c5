using System.Runtime.Versioning;
using Federation.Actors.IntegrationTests.Support;

namespace Federation.Actors.IntegrationTests.Program;

/// <summary>What <c>./run.sh</c> needs and installs, on machines that have little.</summary>
[UnsupportedOSPlatform("windows")]
public sealed class RunScriptTests : IDisposable
{
    private const string Browser =
        "NOT TESTED: the tests of the dashboard in a browser; chromium is missing and cannot be installed here (Debian package chromium).";

    private readonly DirectoryInfo _path = Directory.CreateTempSubdirectory("path-");

    public RunScriptTests()
    {
        Link("bash", "cat", "dirname", "env", "grep", "sort");
    }

    public void Dispose() => _path.Delete(recursive: true);

    [Fact]
    public async Task Without_root_the_missing_programs_are_listed_with_the_tests_that_are_left_out()
    {
        Add("apt-get", "exit 100");
        Add("id", "echo 1000");
        await using var tools = Start("tools", ("NO_NATS", "yes"));

        Assert.Equal(0, await tools.ExitedAsync());
        Assert.Single(tools.Output, Browser);
        Assert.Contains("nats-server is missing and cannot be installed here; ./run.sh test does not run without it.", tools.Output);
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
        Link("ln");
        await using var tools = Start("tools", ("NATS_SERVER", "true"));

        Assert.Equal(0, await tools.ExitedAsync());
        Assert.Contains(tools.Output, static line =>
            line.StartsWith("Installing with apt-get: ", StringComparison.Ordinal) && line.Contains(" tmux", StringComparison.Ordinal));
        Assert.Contains("apt-get cannot install chromium.", tools.Output);
        Assert.Single(tools.Output, Browser);
        Assert.DoesNotContain(tools.Output, static line => line.Contains("tmux is missing", StringComparison.Ordinal));
    }

    [Fact]
    [Trait(Tool.Needs, "python3-websocket")]
    [Trait(Tool.Needs, "python3-websockets")]
    public async Task A_machine_that_has_everything_gets_one_line_and_a_downloaded_nats_server_is_used_again()
    {
        foreach (var name in (string[])["git", "openssl", "haproxy", "nginx", "tmux", "prometheus", "promtool", "faketime", "chromium",
            "node", "npm", "apt-get", "kept"])
        {
            Add(name, "echo 2.15.1");
        }

        Link("find", "head", "mkdir");
        var kept = _path.CreateSubdirectory("federation.actors/nats-server");
        await File.WriteAllTextAsync(Path.Combine(kept.FullName, "newest"), Path.Combine(_path.FullName, "kept"));
        await using var tools = Start("tools", ("XDG_CACHE_HOME", _path.FullName), ("NATS_SERVER", ""));

        Assert.Equal(0, await tools.ExitedAsync());
        Assert.Equal(["All programs that the tests use are installed."], tools.Output);
    }

    [Theory]
    [InlineData("demo")]
    [InlineData("cluster")]
    public async Task Nothing_is_built_if_there_is_no_nats_server(string verb)
    {
        var calls = Path.Combine(_path.FullName, "calls");
        Add("dotnet", $"echo \"$1\" >>{calls}; echo '10.0.100 [/sdk]'");
        await using var script = Start(verb, ("NO_NATS", "yes"));

        Assert.Equal(1, await script.ExitedAsync());
        Assert.Contains("run.sh: cannot install nats-server here", Assert.Single(script.Errors), StringComparison.Ordinal);
        Assert.Equal(["--list-sdks"], await File.ReadAllLinesAsync(calls));
    }

    [Fact]
    public async Task A_wrong_NATS_SERVER_is_named()
    {
        Add("dotnet", "echo '10.0.100 [/sdk]'");
        await using var script = Start("demo", ("NATS_SERVER", "/nonexistent"));

        Assert.Equal(1, await script.ExitedAsync());
        Assert.Equal(["run.sh: there is no program /nonexistent, which NATS_SERVER names"], script.Errors);
    }

    private void Link(params string[] names)
    {
        foreach (var name in names)
        {
            File.CreateSymbolicLink(Path.Combine(_path.FullName, name), Tool.Find(name)!);
        }
    }

    private void Add(string name, string script)
    {
        var file = Path.Combine(_path.FullName, name);
        File.WriteAllText(file, $"#!{Tool.Find("bash")}\n{script}\n");
        File.SetUnixFileMode(file, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
    }

    private FederationProcess Start(string verb, params (string Name, string Value)[] environment) => FederationProcess.Start(
        Repository.File("run.sh"), null, environment.Append(("PATH", _path.FullName)).ToDictionary(
            static one => one.Item1, static one => one.Item2, StringComparer.Ordinal), verb);
}
