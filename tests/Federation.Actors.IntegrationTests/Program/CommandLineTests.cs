using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using Federation.Actors.IntegrationTests.Support;

namespace Federation.Actors.IntegrationTests.Program;

/// <summary>The program's verbs, options and exit codes.</summary>
public sealed class CommandLineTests
{
    public static TheoryData<string> Documents =>
        [.. Directory.GetFiles(Path.Combine(AppContext.BaseDirectory, "Documents"), "*.json").Select(file => Path.GetFileName(file)!)];

    /// <summary>Those of nodes: a file of peers is none.</summary>
    public static TheoryData<string> Examples => [.. Directory.GetFiles(Repository.File("config"), "*.conf", SearchOption.AllDirectories)
        .Select(file => Path.GetRelativePath(Repository.File("config"), file))
        .Where(static file => file is not "peers.conf")];

    /// <summary>What the examples take from the environment.</summary>
    static CommandLineTests() => Environment.SetEnvironmentVariable("CERTIFICATES", "/certificates");

    [Theory]
    [MemberData(nameof(Documents))]
    public async Task Validate_prints_the_effective_configuration_of_each_documented_component(string document)
    {
        await using var validate = FederationCommand.Start(
            "validate", "--config", Path.Combine(AppContext.BaseDirectory, "Documents", document));

        Assert.Equal(0, await validate.ExitedAsync());
        Assert.Contains(validate.Output, line => line.Contains(".mode = ", StringComparison.Ordinal));
        Assert.Contains(validate.Output, line => line.EndsWith("# default", StringComparison.Ordinal));
        Assert.Contains(validate.Output, line => line.Contains("# file " + document, StringComparison.Ordinal));
    }

    [Theory]
    [MemberData(nameof(Examples))]
    public async Task Each_example_is_a_valid_configuration(string example)
    {
        await using var validate = FederationCommand.Start("validate", "--config", Repository.File(Path.Combine("config", example)));

        Assert.Equal(0, await validate.ExitedAsync());
        Assert.Contains(validate.Output, line => line.StartsWith("federation.components.", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Validate_prints_settings_and_faults_as_JSON_too()
    {
        var document = Path.Combine(AppContext.BaseDirectory, "Documents", "client.json");
        await using var good = FederationCommand.Start("validate", "--json", "--config", document);
        await using var bad = FederationCommand.Start("validate", "--json", "--config", document, "--set", "federation.admin.port=x");

        Assert.Equal((0, 2), (await good.ExitedAsync(), await bad.ExitedAsync()));
        var settings = JsonDocument.Parse(Assert.Single(good.Output)).RootElement.GetProperty("settings");
        Assert.Equal("client", settings.GetProperty("federation.components.websocket_input.mode").GetProperty("value").GetString());
        Assert.Equal("default", settings.GetProperty("federation.admin.port").GetProperty("origin").GetString());
        var report = JsonDocument.Parse(Assert.Single(bad.Output)).RootElement;
        Assert.False(report.GetProperty("valid").GetBoolean());
        Assert.Equal("federation.admin.port", report.GetProperty("faults")[0].GetProperty("path").GetString());
    }

    [Theory]
    [InlineData("run")]
    [InlineData("validate")]
    public async Task Faults_end_the_program_with_2_and_one_message_that_lists_them_all(string verb)
    {
        var file = Path.GetTempFileName();
        await File.WriteAllTextAsync(file, """
            federation.components.edge-in { mode = server, server { htp_port = 1, path = 7x }, backpressure.queue_size = 0 }
            """);
        await using var program = FederationProcess.Start(verb, "--config", file);

        Assert.Equal(2, await program.ExitedAsync());
        Assert.Empty(program.Output);
        Assert.Contains(program.Errors, line => line.StartsWith("federation.components.edge-in.server.htp_port: ", StringComparison.Ordinal)
            && line.Contains("http_port", StringComparison.Ordinal));
        Assert.Contains(
            program.Errors, line => line.StartsWith("federation.components.edge-in.server.path: found", StringComparison.Ordinal));
        Assert.Contains(program.Errors, line => line.StartsWith(
            "federation.components.edge-in.backpressure.queue_size: found \"0\"", StringComparison.Ordinal));
        Assert.Contains(
            program.Errors, line => line.StartsWith("federation.components.edge-in.ports.outputs: missing", StringComparison.Ordinal));
        File.Delete(file);
    }

    [Fact]
    public async Task A_taken_port_ends_the_program_with_2()
    {
        using var other = new TcpListener(IPAddress.Loopback, 0);
        other.Start();
        var port = ((IPEndPoint)other.LocalEndpoint).Port.ToString(CultureInfo.InvariantCulture);
        var file = Path.GetTempFileName();
        await File.WriteAllTextAsync(file, FederationProcess.Configuration("nats://127.0.0.1:1"));
        await using var program = FederationProcess.Start(
            "run", "--config", file, "--set", $"federation.components.edge-in.server.http_port={port}");

        Assert.Equal(2, await program.ExitedAsync());
        Assert.Contains(program.Errors, line => line.StartsWith(
            "federation.components.edge-in.server.http_port: found 127.0.0.1:" + port + ", which is in use", StringComparison.Ordinal));
        File.Delete(file);
    }

    [Fact]
    public async Task A_component_that_only_an_embedder_can_give_a_port_ends_the_program_with_2()
    {
        var file = Path.GetTempFileName();
        await File.WriteAllTextAsync(file, FederationProcess.Configuration("nats://127.0.0.1:1"));
        await using var run = FederationProcess.Start(
            "run", "--config", file, "--set", "federation.components.edge-in.server.listen=false");
        await using var validate = FederationProcess.Start(
            "validate", "--config", file, "--set", "federation.components.edge-in.server.listen=false");

        Assert.Equal(2, await run.ExitedAsync());
        Assert.Equal(0, await validate.ExitedAsync());
        const string Fault =
            "federation.components.edge-in.server.listen: found false, expected true: only a program that embeds the node has a web "
            + "server for its peers";
        Assert.Contains(Fault, run.Errors);
        Assert.Contains("note: would prevent a start on this machine now: " + Fault, validate.Errors);
        File.Delete(file);
    }

    [Fact]
    public async Task A_wrong_command_line_ends_the_program_with_2()
    {
        await using var program = FederationCommand.Start("run", "--confg", "x");

        Assert.Equal(2, await program.ExitedAsync());
        Assert.Contains(program.Errors, line => line.Contains("--confg", StringComparison.Ordinal));
    }

    [Fact]
    public async Task An_output_that_takes_nothing_is_said_in_one_line()
    {
        await using var full = FederationProcess.Start(
            "bash", directory: null, environment: null, "-c", $"'{FederationProcess.Program}' completion bash > /dev/full");
        await using var closed = FederationProcess.Start(
            "bash", directory: null, environment: null, "-c", $"'{FederationProcess.Program}' completion bash >&-");

        Assert.Equal((1, 1), (await full.ExitedAsync(), await closed.ExitedAsync()));
        Assert.Equal(
            "cannot write the output: No space left on device; it may be closed, or the disk may be full", full.Errors[0].Split(" : '")[0]);
        Assert.StartsWith("cannot write the output: ", Assert.Single(closed.Errors), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--version")]
    [InlineData("version")]
    public async Task The_version_is_printed(string argument)
    {
        await using var program = FederationProcess.Start(argument);

        Assert.Equal(0, await program.ExitedAsync());
        Assert.Matches("^federation [0-9]+[.][0-9]+[.][0-9]+", program.Output[0]);
    }

    [Theory]
    [InlineData("", "")]
    [InlineData("send", "send")]
    [InlineData("peers forget", "peers forget")]
    public async Task Help_is_a_verb_too(string verb, string explained)
    {
        string[] words = verb.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        await using var help = FederationCommand.Start(["help", .. words]);
        await using var option = FederationCommand.Start([.. words, "--help"]);

        Assert.Equal((0, 0), (await help.ExitedAsync(), await option.ExitedAsync()));
        Assert.Equal(option.Output, help.Output);
        Assert.Contains(help.Output, line => line.Contains($"federation {explained}".TrimEnd(), StringComparison.Ordinal)
            || line.Contains($" {explained} ", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Help_on_an_unknown_verb_lists_the_verbs()
    {
        await using var help = FederationCommand.Start("help", "sned");

        Assert.Equal(2, await help.ExitedAsync());
        Assert.StartsWith("no verb named sned; the verbs are: run, validate, ", Assert.Single(help.Errors), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("run", "--config")]
    [InlineData("validate", "--config")]
    [InlineData("send", "--url")]
    [InlineData("peers", "--config")]
    public async Task Required_options_are_marked_in_the_help(string verb, string option)
    {
        await using var help = FederationCommand.Start(verb, "--help");

        Assert.Equal(0, await help.ExitedAsync());
        Assert.Contains(help.Output, line =>
            line.Contains(option, StringComparison.Ordinal) && line.Contains("(REQUIRED)", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Validate_prints_a_verdict_and_on_request_nothing_else_or_only_what_differs_from_the_defaults()
    {
        var file = Path.GetTempFileName();
        await File.WriteAllTextAsync(file, FederationProcess.Configuration("nats://127.0.0.1:1"));
        await using var quiet = FederationCommand.Start("validate", "--quiet", "--config", file);
        await using var changed = FederationCommand.Start("validate", "--changed", "--config", file);
        await using var open = FederationCommand.Start(
            "validate", "-q", "--config", file, "--set", "federation.components.edge-in.server.host=0.0.0.0");
        await using var wrong = FederationCommand.Start("validate", "-q", "--config", file, "--set", "federation.admin.port=x");

        Assert.Equal((0, 0, 0, 2),
            (await quiet.ExitedAsync(), await changed.ExitedAsync(), await open.ExitedAsync(), await wrong.ExitedAsync()));
        Assert.Empty(quiet.Output);
        Assert.Equal([$"{file}: valid, 0 warnings"], quiet.Errors);
        Assert.Contains(changed.Output, static line => line.StartsWith("federation.nats.url = ", StringComparison.Ordinal));
        Assert.DoesNotContain(changed.Output, static line => line.EndsWith("# default", StringComparison.Ordinal));
        Assert.StartsWith("warning: federation.components.edge-in.server.host: ", open.Errors[0], StringComparison.Ordinal);
        Assert.Equal($"{file}: valid, 1 warning", open.Errors[^1]);
        Assert.Equal($"{file}: invalid, 1 error", wrong.Errors[^1]);
        File.Delete(file);
    }
}
