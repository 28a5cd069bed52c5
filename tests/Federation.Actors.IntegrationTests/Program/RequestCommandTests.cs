using System.Text.Json;
using Federation.Actors.IntegrationTests.Support;

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
            "no answer on federated.control.send.edge-7 within 0.2 s; --timeout sets the limit", Assert.Single(request.Errors));
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
        Assert.StartsWith($"federation.components: no component of {file} takes requests", error, StringComparison.Ordinal);
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

    private static string Reply(JsonElement request, string payload) =>
        $$"""{"type":"reply","id":{{request.GetProperty("id").GetRawText()}},"timestamp":1,"payload":{{payload}}}""";

    /// <summary>A peer that NATS knows of: a question without a method is answered by the node, and bothers nobody.</summary>
    private async Task<TestPeer> ConnectAsync(string name)
    {
        var peer = await TestPeer.ConnectAsync(_node.Url, options => options.SetRequestHeader("X-Federation-Peer", name));
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
