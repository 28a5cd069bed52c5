using System.Text;
using System.Text.Json;
using Federation.Actors.IntegrationTests.Support;
using NATS.Client.Core;

namespace Federation.Actors.IntegrationTests.Program;

/// <summary><c>federation request</c> and <c>federation peers</c>, against a node in a process of its own.</summary>
public sealed class RequestCommandTests : IAsyncLifetime
{
    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("federation-");
    private NatsServer _nats = null!;
    private FederationProcess _node = null!;
    private string _file = null!;

    public async Task InitializeAsync()
    {
        _nats = await NatsServer.StartAsync();
        _file = await WriteAsync("node.conf", WithControl("edge-in"));
        _node = await FederationProcess.RunAsync(await File.ReadAllTextAsync(_file));
    }

    public async Task DisposeAsync()
    {
        await _node.DisposeAsync();
        await _nats.DisposeAsync();
        _directory.Delete(recursive: true);
    }

    [Fact]
    public async Task A_request_reaches_the_peer_and_its_reply_is_printed_on_one_line()
    {
        await using var peer = await ConnectAsync("edge-7");

        await using var request =
            FederationProcess.Start("request", "edge-7", "inventory", "--params", """{"shelf":3}""", "--config", _file);
        var asked = await peer.ReceiveAsync("request");
        Assert.Equal("""{"method":"inventory","params":{"shelf":3}}""", asked.GetProperty("payload").GetRawText());
        await peer.SendAsync(
            Reply(asked, """{"status":"ok",\n "result":{"boxes":[1, 2]}}""".Replace("\\n", "\n", StringComparison.Ordinal)));

        Assert.Equal(0, await request.ExitedAsync());
        Assert.Equal("""{"status":"ok",  "result":{"boxes":[1, 2]}}""", Assert.Single(request.Output));
        Assert.Empty(request.Errors);
    }

    [Fact]
    public async Task A_refusal_is_printed_as_it_came_and_ends_the_program_with_1()
    {
        await using var peer = await ConnectAsync("edge-7");

        await using var request = FederationCommand.Start("request", "edge-7", "status", "--config", _file, "--component", "edge-in");
        await peer.SendAsync(Reply(await peer.ReceiveAsync("request"), """{"status":"error","error":{"code":"busy","message":"later"}}"""));

        Assert.Equal(1, await request.ExitedAsync());
        Assert.Equal("""{"status":"error","error":{"code":"busy","message":"later"}}""", Assert.Single(request.Output));
    }

    [Fact]
    public async Task A_peer_that_does_not_answer_is_given_up_after_the_timeout()
    {
        await using var peer = await ConnectAsync("edge-7");

        await using var request = FederationCommand.Start("request", "edge-7", "status", "--config", _file, "--timeout", "200ms");

        Assert.Equal(1, await request.ExitedAsync());
        Assert.Empty(request.Output);
        Assert.Equal(
            "no reply on federated.control.send.edge-7 within 0.2 s; --timeout sets the limit", Assert.Single(request.Errors));
    }

    [Fact]
    public async Task A_peer_that_is_not_connected_is_named_with_how_to_list_those_that_are()
    {
        await using var request = FederationCommand.Start("request", "edge-9", "status", "--config", _file);

        Assert.Equal(1, await request.ExitedAsync());
        Assert.Empty(request.Output);
        var error = Assert.Single(request.Errors);
        Assert.StartsWith("no peer named edge-9 is connected to edge-in: no responder on federated.control.send.edge-9 at nats://",
            error, StringComparison.Ordinal);
        Assert.Contains($"`federation peers --config {_file} --component edge-in`", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Wrong_arguments_are_listed_all_at_once_and_end_the_program_with_2()
    {
        await using var request = FederationCommand.Start(
            "request", "edge.7", "sta tus", "--params", "{\"rate_limit\":1,\n unit}",
            "--timeout", "soon", "--component", "other", "--config", _file);

        Assert.Equal(2, await request.ExitedAsync());
        Assert.Empty(request.Output);
        Assert.Equal(5, request.Errors.Count);
        Assert.StartsWith("PEER: found \"edge.7\", expected", request.Errors[0], StringComparison.Ordinal);
        Assert.StartsWith("METHOD: found \"sta tus\", expected", request.Errors[1], StringComparison.Ordinal);
        Assert.StartsWith("--params: line 2, byte 2: 'u' is an invalid start", request.Errors[2], StringComparison.Ordinal);
        Assert.StartsWith("--timeout: found \"soon\", expected a duration", request.Errors[3], StringComparison.Ordinal);
        Assert.StartsWith("--component: found \"other\", expected", request.Errors[4], StringComparison.Ordinal);
        Assert.EndsWith("edge-in", request.Errors[4], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("request")]
    [InlineData("peers")]
    public async Task Without_a_control_port_there_is_nobody_to_ask(string verb)
    {
        var file = await WriteAsync("plain.conf", FederationProcess.Configuration(_nats.Url));
        await using var program = verb is "peers"
            ? FederationCommand.Start(verb, "--config", file)
            : FederationCommand.Start(verb, "edge-7", "status", "--config", file);

        Assert.Equal(2, await program.ExitedAsync());
        var error = Assert.Single(program.Errors);
        Assert.StartsWith($"federation.components: no component of {file} accepts requests", error, StringComparison.Ordinal);
        Assert.Contains("name = ws_control", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Of_several_components_with_a_control_port_one_must_be_named()
    {
        var file = await WriteAsync("two.conf", WithControl("edge-in") + "\n" + WithControl("edge-out"));
        await using var program = FederationCommand.Start("request", "edge-7", "status", "--config", file);

        Assert.Equal(2, await program.ExitedAsync());
        Assert.Equal($"federation.components: 2 components of {file} accept requests; select one with --component: "
            + "edge-in, edge-out", Assert.Single(
            program.Errors));
    }

    [Theory]
    [InlineData("request")]
    [InlineData("peers")]
    public async Task Without_NATS_the_program_says_where_it_looked_for_it(string verb)
    {
        const string Nowhere = "federation.nats.url=nats://somebody:secret@127.0.0.1:1";
        await using var program = verb is "peers"
            ? FederationCommand.Start(verb, "--config", _file, "--set", Nowhere)
            : FederationCommand.Start(verb, "edge-7", "status", "--config", _file, "--set", Nowhere);

        Assert.Equal(1, await program.ExitedAsync());
        Assert.Empty(program.Output);
        var error = Assert.Single(program.Errors);
        Assert.StartsWith("cannot reach NATS at nats://***@127.0.0.1:1: ", error, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Peers_are_listed_as_a_table_or_as_the_node_has_answered()
    {
        await using var first = await ConnectAsync("edge-7");
        await using var second = await ConnectAsync("a-peer-with-a-long-name");

        await using var table = FederationCommand.Start("peers", "--config", _file);
        await using var json = FederationCommand.Start("peers", "--config", _file, "--json");

        Assert.Equal((0, 0), (await table.ExitedAsync(), await json.ExitedAsync()));
        Assert.Equal(3, table.Output.Count);
        Assert.Matches("^PEER +ADDRESS +SINCE +STATE$", table.Output[0]);
        Assert.Matches("^a-peer-with-a-long-name  127.0.0.1:[0-9]+ +20[0-9T:-]+Z  connected$", table.Output[1]);
        Assert.Matches("^edge-7                   127.0.0.1:[0-9]+ +20[0-9T:-]+Z  connected$", table.Output[2]);
        var answer = JsonDocument.Parse(Assert.Single(json.Output)).RootElement;
        Assert.Equal("ok", answer.GetProperty("status").GetString());
        Assert.Equal(2, answer.GetProperty("result").GetProperty("total").GetInt32());
    }

    [Fact]
    public async Task Peers_of_a_node_that_does_not_run_are_not_listed()
    {
        await using var program = FederationCommand.Start("peers", "--config", _file, "--set",
            "federation.components.edge-in.ports.outputs=[{name=ws_data,subject=a},{name=ws_control,subject=other}]");

        Assert.Equal(1, await program.ExitedAsync());
        Assert.StartsWith("no node answers for edge-in: no responder on other.peers at nats://",
            Assert.Single(program.Errors), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_request_to_all_prints_a_row_for_each_peer_and_ends_with_1_unless_all_succeed()
    {
        await using var good = await ConnectAsync("edge-1");
        await using var bad = await ConnectAsync("a-peer-with-a-long-name");
        await using var silent = await ConnectAsync("edge-3");
        await using var request = FederationCommand.Start(
            "request", "--all", "reboot", "--params", """{"delay":5}""", "--config", _file, "--timeout", "1s");

        var asked = await good.ReceiveAsync("request");
        await good.SendAsync(Reply(asked, """{"status":"ok","result":{"delayed":5}}"""));
        await bad.SendAsync(Reply(await bad.ReceiveAsync("request"), """{"status":"error","error":{"code":"busy"}}"""));
        await silent.ReceiveAsync("request");

        Assert.Equal("""{"method":"reboot","params":{"delay":5}}""", asked.GetProperty("payload").GetRawText());
        Assert.Equal(1, await request.ExitedAsync());
        Assert.Equal("PEER                     STATUS    REPLY", request.Output[0]);
        Assert.Equal(
            [
                """a-peer-with-a-long-name  error     {"code":"busy"}""",
                """edge-1                   ok        {"delayed":5}""",
                "edge-3                   no reply  no reply on federated.control.send.edge-3 within 1 s; --timeout sets the limit",
            ],
            request.Output.Skip(1).Order(StringComparer.Ordinal));
        Assert.Equal("1 of 3 peers replied ok", Assert.Single(request.Errors));
    }

    [Fact]
    public async Task A_request_to_all_that_succeeds_ends_with_0_and_JSON_has_a_line_for_each_peer()
    {
        await using var one = await ConnectAsync("edge-1");
        await using var two = await ConnectAsync("edge-2");
        await using var request = FederationCommand.Start("request", "reboot", "--all", "--json", "--config", _file);

        await one.SendAsync(Reply(await one.ReceiveAsync("request"), """{"status":"ok","result":1}"""));
        await two.SendAsync(Reply(await two.ReceiveAsync("request"), """{"status":"ok"}"""));

        Assert.Equal(0, await request.ExitedAsync());
        Assert.Equal(
            ["""{"peer":"edge-1","reply":{"status":"ok","result":1}}""", """{"peer":"edge-2","reply":{"status":"ok"}}"""],
            request.Output.Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task A_request_to_all_reaches_the_peers_of_every_node_that_shares_the_control_subject()
    {
        await using var other = await FederationProcess.RunAsync(await File.ReadAllTextAsync(_file));
        await using var here = await ConnectAsync("edge-1");
        await using var there = await ConnectAsync("edge-2", other);
        await using var request = FederationCommand.Start("request", "reboot", "--all", "--config", _file);

        await here.SendAsync(Reply(await here.ReceiveAsync("request"), """{"status":"ok","result":1}"""));
        await there.SendAsync(Reply(await there.ReceiveAsync("request"), """{"status":"ok","result":2}"""));

        Assert.Equal(0, await request.ExitedAsync());
        Assert.Equal("2 of 2 peers replied ok", Assert.Single(request.Errors));
    }

    [Fact]
    public async Task A_request_to_all_reaches_more_peers_than_are_asked_at_the_same_time()
    {
        const int Peers = 100;
        var names = Enumerable.Range(1, Peers).Select(static number => $"edge-{number}").ToList();
        var peers = await Task.WhenAll(names.Select(name => ConnectAsync(name)));
        var answering = peers.Select(
            static async peer => await peer.SendAsync(Reply(await peer.ReceiveAsync("request"), """{"status":"ok"}"""))).ToList();
        await using var request = FederationCommand.Start("request", "reboot", "--all", "--config", _file);

        Assert.Equal(0, await request.ExitedAsync());
        await Task.WhenAll(answering);
        Assert.Equal(names.Order(StringComparer.Ordinal), request.Output.Skip(1).Select(static row => row.Split(' ')[0]).Order(
            StringComparer.Ordinal));
        await Task.WhenAll(peers.Select(static peer => peer.DisposeAsync().AsTask()));
    }

    [Theory]
    [InlineData("no peer is connected to edge-in", 1, "request", "--all", "reboot")]
    [InlineData("no peer with region=eu is connected to edge-in", 1, "request", "--tag", "region=eu", "reboot")]
    [InlineData("PEER: found \"edge-1\", expected none with --all or --tag", 2, "request", "--all", "edge-1", "reboot")]
    [InlineData("--tag: found \"eu\", expected a key and a value, such as region=eu", 2, "request", "--tag", "eu", "reboot")]
    [InlineData("METHOD: missing, expected a name of 1 to 128 characters without spaces", 2, "request", "edge-1")]
    public async Task A_request_to_nobody_is_explained(string error, int code, params string[] arguments)
    {
        await using var caller = await NatsCaller.StartAsync(_nats.Url);
        await caller.WhenAnsweredAsync("federated.control.peers", "{}");
        await using var request = FederationCommand.Start([.. arguments, "--config", _file]);

        Assert.Equal(code, await request.ExitedAsync());
        Assert.Empty(request.Output);
        Assert.Equal(error, Assert.Single(request.Errors));
    }

    [Fact]
    public async Task A_service_at_a_node_answers_with_JSON_a_text_or_a_reply()
    {
        var file = await WriteAsync("edge.conf", $$"""
            federation {
              node_id = edge-5
              nats.url = "{{_nats.Url}}"
              admin.port = 0
              components.hub-link {
                mode = client
                client.url = "{{_node.Url}}"
                ports.outputs = [ { name = ws_data, subject = edge.data }, { name = ws_control, subject = edge.control } ]
              }
            }
            """);
        await using var service = new NatsConnection(new NatsOpts { Url = _nats.Url });
        await using var commands = await service.SubscribeCoreAsync<byte[]>("edge.control.request");
        await service.PingAsync();
        await using var edge = FederationProcess.Start("run", "--config", file);
        await edge.SaysAsync("is connected to ws://");
        foreach (var (answer, reply, code) in new (string, string, int)[]
        {
            ("""{"delayed":5}""", """{"status":"ok","result":{"delayed":5}}""", 0),
            ("done", """{"status":"ok","result":"done"}""", 0),
            ("", """{"status":"ok","result":""}""", 0),
            ("""{"status":"shipped"}""", """{"status":"ok","result":{"status":"shipped"}}""", 0),
            ("""{"status":"ok","result":5}""", """{"status":"ok","result":5}""", 0),
            ("""{"status":"error","error":{"code":"busy"}}""", """{"status":"error","error":{"code":"busy"}}""", 1),
        })
        {
            await using var request = FederationCommand.Start("request", "--all", "reboot", "--json", "--config", _file);
            await (await commands.Msgs.ReadAsync()).ReplyAsync(Encoding.UTF8.GetBytes(answer));

            Assert.Equal(code, await request.ExitedAsync());
            Assert.EndsWith($",\"reply\":{reply}}}", Assert.Single(request.Output), StringComparison.Ordinal);
        }
    }

    private static string Reply(JsonElement request, string payload) =>
        $$"""{"type":"reply","id":{{request.GetProperty("id").GetRawText()}},"timestamp":1,"payload":{{payload}}}""";

    /// <summary>A peer that NATS knows of: a question without a method is answered by the node, and bothers nobody.</summary>
    private async Task<TestPeer> ConnectAsync(string name, FederationProcess? node = null)
    {
        var peer = await TestPeer.ConnectAsync((node ?? _node).Url, options => options.SetRequestHeader("X-Federation-Peer", name));
        await using var caller = await NatsCaller.StartAsync(_nats.Url);
        await caller.WhenAnsweredAsync($"federated.control.send.{name}", "{}");
        return peer;
    }

    private string WithControl(string component) =>
        FederationProcess.Configuration(_nats.Url).Replace("edge-in", component, StringComparison.Ordinal).Replace(
        "ports.outputs = [ ",
        "ports.outputs = [ { name = ws_control, subject = federated.control, type = nats }, ", StringComparison.Ordinal);

    private async Task<string> WriteAsync(string name, string text)
    {
        var file = Path.Combine(_directory.FullName, name);
        await File.WriteAllTextAsync(file, text);
        return file;
    }
}
