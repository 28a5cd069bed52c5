using System.Text.Json;
using Federation.Actors.IntegrationTests.Support;

namespace Federation.Actors.IntegrationTests.Program;

/// <summary><c>federation convert</c>: documents in, a configuration that <c>federation validate</c> accepts out.</summary>
public sealed class ConvertCommandTests : IDisposable
{
    private const string Server =
        """
        type: input
        name: hub_in
        config:
          mode: server
          server:
            http_port: 8081
            path: /ingest
            max_connections: 100
            read_buffer_size: 4096
            write_buffer_size: 4096
            enable_compression: True
            allowed_origins:
              - https://one.example.com
              - https://two.example.com
          auth: { type: bearer, bearer_token_env: HUB_TOKEN }
          bidirectional:
            enabled: true
            request_timeout: 1m30s
            max_concurrent_requests: 10
          backpressure: &queue
            enabled: true
            queue_size: 1000
            on_full: drop_oldest
          ports:
            outputs:
              - name: ws_data
                subject: federated.data
                type: nats
              - { name: ws_control, subject: federated.control, type: nats }
        """;

    private const string Client =
        """
        {
          "type": "input",
          "name": "from_hub",
          "config": {
            "mode": "client",
            "client": {
              "url": "ws://hub.example.com:8080/stream",
              "reconnect": { "enabled": true, "max_retries": 0, "initial_interval": "1s", "max_interval": 60000000000, "multiplier": 2.5 }
            },
            "auth": { "type": "basic", "basic_username_env": "HUB_USER", "basic_password_env": "HUB_PASSWORD" },
            "ports": { "outputs": [ { "name": "ws_data", "subject": "federated.data", "type": "jetstream" } ] }
          }
        }
        """;

    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("federation-");

    public void Dispose() => _directory.Delete(recursive: true);

    [Fact]
    public async Task A_server_in_YAML_keeps_every_setting()
    {
        var settings = await ConvertAsync("server.yaml", Server);

        AssertSettings(
            settings,
            "federation.components.hub_in",
            "mode = server", "server.http_port = 8081", "server.path = \"/ingest\"",
            "server.max_connections = 100", "server.enable_compression = true",
            "server.allowed_origins = [\"https://one.example.com\", \"https://two.example.com\"]",
            "auth.type = bearer", "auth.bearer_token_env = \"HUB_TOKEN\"",
            "bidirectional.request_timeout = 90s", "bidirectional.max_concurrent_requests = 10",
            "backpressure.queue_size = 1000", "backpressure.on_full = drop_oldest");
        Assert.Contains(settings, static line => line.Contains("subject = \"federated.control\"", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_client_in_JSON_keeps_every_setting_and_a_bare_number_is_nanoseconds()
    {
        var settings = await ConvertAsync(
            "client.json", Client, "line 8: max_interval: found the number 60000000000, which is interpreted as nanoseconds: 1m");

        AssertSettings(
            settings,
            "federation.components.from_hub",
            "mode = client", "client.url = \"ws://hub.example.com:8080/stream\"",
            "client.reconnect.max_retries = 0", "client.reconnect.initial_interval = 1s",
            "client.reconnect.max_interval = 1m", "client.reconnect.multiplier = 2.5",
            "auth.type = basic", "auth.basic_username_env = \"HUB_USER\"");
        Assert.Contains(settings, static line => line.Contains("type = jetstream", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Several_documents_and_a_config_alone_become_components_of_one_node()
    {
        var settings = await ConvertAsync(
            "both.yml",
            Server + "\n---\nmode: client\nclient:\n  url: ws://127.0.0.1:8081/stream\n",
            "line 31: found no name; the component is named websocket_input",
            "line 31: found no ports; added the documented default");

        AssertSettings(settings, "federation.components.hub_in", "mode = server");
        AssertSettings(settings, "federation.components.websocket_input", "mode = client", "client.url = \"ws://127.0.0.1:8081/stream\"");
    }

    [Fact]
    public async Task What_has_no_counterpart_is_a_warning_with_its_line_and_a_comment_and_never_shows_a_value()
    {
        const string Document =
            """
            type: input
            name: hub/in
            version: 2
            config:
              mode: server
              server: { http_port: 8081, read_buffer_size: 1, pong_wait: 60s }
              auth:
                type: none
                token: hunter2
              ports:
                outputs:
                  - name: ws_data
                    subject: federated.data
                    required: true
            """;
        var settings = await ConvertAsync(
            "odd.yaml",
            Document,
            "line 2: name: found \"hub/in\", expected 1 to 64 of A-Za-z0-9_-; the component is named hub_in",
            "line 3: version: found an unknown key, expected",
            "line 6: server.read_buffer_size: found \"1\", expected an integer from 256 to 65536; not converted",
            "line 6: server.pong_wait: found an unknown key, expected",
            "line 9: auth.token: found an unknown key, expected",
            "line 14: ports.outputs.required: found an unknown key, expected");

        AssertSettings(settings, "federation.components.hub_in", "server.http_port = 8081", "server.read_buffer_size = 4096");
        var text = await File.ReadAllTextAsync(Path.Combine(_directory.FullName, "odd.conf"));
        Assert.Contains("# line 6: server.pong_wait: found an unknown key", text, StringComparison.Ordinal);
        Assert.DoesNotContain("hunter2", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_the_document_does_not_say_is_asked_for_and_ends_the_program_with_1()
    {
        await using var convert = FederationCommand.Start(
            "convert", Write("part.yaml", "name: a\nconfig:\n  backpressure:\n    queue_size: 5\n"));

        Assert.Equal(1, await convert.ExitedAsync());
        Assert.Contains("      backpressure {", convert.Output);
        Assert.Contains("still missing: federation.components.a.mode: missing, expected server or client, or exactly one of the "
            + "blocks server and client", convert.Errors);
    }

    [Fact]
    public async Task As_JSON_the_configuration_and_all_there_is_to_say_of_it_are_one_line()
    {
        await using var convert = FederationProcess.Start(
            "convert", Write("part.yaml", "name: a\nodd: 1\nconfig:\n  backpressure:\n    queue_size: 5\n"), "--json");

        Assert.Equal(1, await convert.ExitedAsync());
        Assert.Empty(convert.Errors);
        var said = JsonDocument.Parse(Assert.Single(convert.Output)).RootElement;
        Assert.False(said.GetProperty("valid").GetBoolean());
        Assert.Contains("queue_size = 5", said.GetProperty("configuration").GetString(), StringComparison.Ordinal);
        Assert.StartsWith("line 2: odd: found an unknown key", said.GetProperty("warnings")[0].GetString(), StringComparison.Ordinal);
        Assert.StartsWith("federation.components.a.mode: missing", said.GetProperty("faults")[0].GetString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("no-such.yaml")]
    [InlineData("")]
    public async Task A_file_that_cannot_be_read_is_named_with_what_was_expected(string name)
    {
        var path = Path.Combine(_directory.FullName, name);
        await using var convert = FederationCommand.Start("convert", path);

        Assert.Equal(2, await convert.ExitedAsync());
        var error = Assert.Single(convert.Errors);
        Assert.Contains(path, error, StringComparison.Ordinal);
        Assert.EndsWith("; expected a readable component document in YAML or JSON", error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("bad.yaml", "type: input\nconfig: [1", "line 2: ", "expected YAML")]
    [InlineData("bad.json", "{\n\"type\":,}", "line 2: ", "expected JSON")]
    [InlineData("out.yaml", "type: output\nname: a\nconfig: {}", "line 1: type: found \"output\", expected input", "by hand")]
    [InlineData("list.yaml", "- a\n- b", "line 1: found a list, expected a component document", "config")]
    [InlineData("none.yaml", "", "found nothing, expected a component document", "config")]
    [InlineData("bomb.yaml",
        "a: &a [1,1,1,1,1,1,1,1,1,1]\nb: &b [*a,*a,*a,*a,*a,*a,*a,*a,*a,*a]\nc: &c [*b,*b,*b,*b,*b,*b,*b,*b,*b,*b]\nd: &d "
        + "[*c,*c,*c,*c,*c,*c,*c,*c,*c,*c]\ne: &e [*d,*d,*d,*d,*d,*d,*d,*d,*d,*d]\nf: [*e,*e,*e]",
        "line 1: found more than 100000 values", "expected")]
    public async Task What_is_no_component_document_is_said_and_ends_the_program_with_2(string name, string text, string start, string end)
    {
        var file = Write(name, text);
        await using var convert = FederationCommand.Start("convert", file);

        Assert.Equal(2, await convert.ExitedAsync());
        Assert.Empty(convert.Output);
        var error = Assert.Single(convert.Errors);
        Assert.StartsWith($"{file}: {start}", error, StringComparison.Ordinal);
        Assert.Contains(end, error, StringComparison.Ordinal);
    }

    /// <summary>Converts, asserts the warnings, and gives what <c>validate</c> then prints.</summary>
    private async Task<IReadOnlyList<string>> ConvertAsync(string name, string document, params string[] warnings)
    {
        var (from, to) = (Write(name, document), Path.Combine(_directory.FullName, Path.ChangeExtension(name, ".conf")));
        await using var convert = FederationCommand.Start("convert", from, "-o", to);
        Assert.Equal(0, await convert.ExitedAsync());
        Assert.Empty(convert.Output);
        Assert.Equal(warnings.Length, convert.Errors.Count);
        Assert.All(warnings.Zip(convert.Errors), pair => Assert.StartsWith($"{from}: {pair.First}", pair.Second, StringComparison.Ordinal));

        await using var validate = FederationCommand.Start("validate", "--config", to);
        Assert.Equal(0, await validate.ExitedAsync());
        return validate.Output;
    }

    private static void AssertSettings(IReadOnlyList<string> settings, string component, params string[] expected) =>
        Assert.All(
            expected, setting => Assert.Contains(settings, line => line.StartsWith($"{component}.{setting} ", StringComparison.Ordinal)));

    private string Write(string name, string text)
    {
        var file = Path.Combine(_directory.FullName, name);
        File.WriteAllText(file, text);
        return file;
    }
}
