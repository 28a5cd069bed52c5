using System.Text;
using System.Text.Json;
using Federation.Actors.IntegrationTests.Support;
using NATS.Client.Core;

namespace Federation.Actors.IntegrationTests.Program;

/// <summary><c>federation tap</c>, as a peer and on NATS.</summary>
public sealed class TapCommandTests : IDisposable
{
    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("federation-");

    public void Dispose() => _directory.Delete(recursive: true);

    [Fact]
    public async Task Every_envelope_is_printed_as_it_came_and_nothing_is_acked()
    {
        await using var server = await SendingServer.StartAsync();
        await using var tap = await StartAsync(server, "--json", "--count", "3");
        await server.SendAsync("{\"type\":\"data\",\"id\":\"1\",\n\"payload\":{\"a\":1}}");
        await server.SendAsync("""{"type":"slow","id":"bp-1","payload":{"utilization":0.9}}""");
        await server.SendAsync("""no envelope""");

        Assert.Equal(0, await tap.ExitedAsync());
        Assert.Equal(
            ["""{"type":"data","id":"1", "payload":{"a":1}}""", """{"type":"slow","id":"bp-1","payload":{"utilization":0.9}}""",
                """{"unreadable":"no envelope"}"""],
            tap.Output);
        Assert.Empty(server.Received);
    }

    [Fact]
    public async Task With_ack_each_message_is_acked_and_a_request_is_refused_not_left_to_time_out()
    {
        await using var server = await SendingServer.StartAsync();
        await using var tap = await StartAsync(server, "--ack");
        await server.SendAsync("""{"type":"data","id":"a\"1","payload":{"text":"line\nbreak\u001b[31m"}}""");
        await server.SendAsync("""{"type":"request","id":"r1","payload":{"method":"status","params":{}}}""");
        await Eventually.TrueAsync(() => server.Received.Count == 2, "an ack and a reply");

        Assert.StartsWith("""{"type":"ack","id":"a\"1",""", server.Received.First(), StringComparison.Ordinal);
        Assert.Contains("\"not_supported\"", server.Received.Last(), StringComparison.Ordinal);
        await tap.SaysAsync("status");
        Assert.Matches("^[0-9:.]{12} data  a\"1 [{]\"text\":\"line", tap.Output[0]);
        await tap.InterruptAsync();
        Assert.Equal(0, await tap.ExitedAsync());
    }

    [Theory]
    [InlineData("$.v>=3", "3 4")]
    [InlineData("v=3", "3")]
    [InlineData("v != 3", "1 4")]
    [InlineData("v in [1, 4]", "1 4")]
    [InlineData("kind=alarm", "4")]
    [InlineData("$.severity >= warning", "3 4")]
    [InlineData("tags contains b", "3")]
    [InlineData("kind exists", "1 4")]
    [InlineData("kind exists false", "3")]
    [InlineData("$['a=b'][0]==true", "3")]
    public async Task A_filter_shows_what_the_method_subscribe_would_send(string filter, string shown)
    {
        await using var server = await SendingServer.StartAsync();
        await using var tap = await StartAsync(server, "--json", "--filter", filter, "--filter", "v<9");
        await server.SendAsync("""{"type":"data","id":"1","payload":{"v":1,"kind":"note","severity":"info"}}""");
        await server.SendAsync("""{"type":"data","id":"3","payload":{"v":3,"severity":"warning","tags":["a","b"],"a=b":[true]}}""");
        await server.SendAsync("""{"type":"data","id":"4","payload":{"v":4,"kind":"alarm","severity":"error"}}""");
        await Eventually.TrueAsync(() => tap.Output.Count >= shown.Split(' ').Length, shown);

        Assert.Equal(
            shown, string.Join(' ', tap.Output.Select(static line => JsonDocument.Parse(line).RootElement.GetProperty("id").GetString())));
    }

    [Fact]
    public async Task A_tap_on_a_node_takes_nothing_from_its_peers()
    {
        await using var nats = await NatsServer.StartAsync();
        await using var node = await FederationProcess.RunAsync(
            FederationProcess.Configuration(nats.Url).Replace("ports.outputs = [",
                "ports.inputs = [ { name = in, subject = \"events.>\", type = nats } ]\n ports.outputs = [", StringComparison.Ordinal));
        await using var peer = await ReceivingPeer.ConnectAsync(node.Url, "real");
        await using var tap = FederationCommand.Start("tap", "--url", $"{node.Url}", "--json");
        await tap.SaysAsync("nothing is acked");
        await using var publisher = new NatsConnection(new NatsOpts { Url = nats.Url });

        // A peer is known to what sends a moment after it has connected.
        await Eventually.TrueAsync(
            async () =>
            {
                await publisher.PublishAsync("events.a", "{\"n\":1}"u8.ToArray());
                return tap.Output.Count > 0 && peer.Received.Count > 0;
            },
            "both get messages");

        Assert.Equal(1, JsonDocument.Parse(tap.Output[0]).RootElement.GetProperty("payload").GetProperty("n").GetInt32());
    }

    [Fact]
    public async Task On_NATS_the_subjects_of_a_component_are_listened_to_without_a_node()
    {
        await using var nats = await NatsServer.StartAsync();
        var file = Write(FederationProcess.Configuration(nats.Url).Replace(
            "subject = federated.data", "subject = \"edges.{peer}.data\"", StringComparison.Ordinal)
            .Replace("ports.outputs = [",
                "ports.inputs = [ { name = in, subject = \"events.>\", type = nats } ]\n ports.outputs = [ { name = ws_control, subject "
                + "= control },", StringComparison.Ordinal));
        await using var tap = FederationCommand.Start("tap", "--config", file, "--json", "--count", "3");
        await tap.SaysAsync("listening to edges.*.data, events.> at nats://");
        await using var publisher = new NatsConnection(new NatsOpts { Url = nats.Url });
        await publisher.PublishAsync("control.request", "{}"u8.ToArray());
        await publisher.PublishAsync("edges.7.data", "{\"n\": 1}"u8.ToArray(), headers: new NatsHeaders { ["Federation-Peer"] = "edge-7" });
        await tap.SaysAsync("edge-7");
        await publisher.PublishAsync("events.a.b", Encoding.UTF8.GetBytes("näh"));
        await tap.SaysAsync("näh");
        await publisher.PublishAsync("events.c", new byte[] { 0xFF, 0xFE });

        Assert.Equal(0, await tap.ExitedAsync());
        Assert.Equal(
            [
                """{"subject":"edges.7.data","headers":{"Federation-Peer":"edge-7"},"payload":{"n":1}}""",
                """{"subject":"events.a.b","headers":{},"text":"näh"}""",
                """{"subject":"events.c","headers":{},"base64":"//4="}""",
            ],
            tap.Output);
    }

    [Fact]
    public async Task When_nobody_reads_the_output_any_more_the_program_ends()
    {
        await using var server = await SendingServer.StartAsync();
        await using var pipe = FederationProcess.Start("bash", directory: null, environment: null,
            "-c", $"set -o pipefail; '{FederationProcess.Program}' tap --json --url '{server.Url}' | head -n 1");
        await pipe.SaysAsync("nothing is acked");

        await Eventually.TrueAsync(
            async () =>
            {
                await server.SendAsync("""{"type":"data","id":"a","timestamp":1,"payload":1}""");
                return pipe.HasEnded;
            },
            "the end",
            Patience.Long);

        Assert.Equal(0, await pipe.ExitedAsync());
        Assert.Equal("a", JsonDocument.Parse(Assert.Single(pipe.Output)).RootElement.GetProperty("id").GetString());
    }

    [Fact]
    public async Task Wrong_arguments_are_listed_all_at_once_and_end_the_program_with_2()
    {
        await using var tap = FederationCommand.Start("tap", "--filter", "a ~ 3", "--filter", "$.a[*]=1", "--count", "0");

        Assert.Equal(2, await tap.ExitedAsync());
        Assert.Equal(["--filter:", "--filter:", "--count:", "--url:"], tap.Errors.Select(static line => line.Split(' ')[0]));
    }

    [Fact]
    public async Task A_component_that_is_not_there_is_said_with_those_that_are()
    {
        await using var tap = FederationCommand.Start(
            "tap", "--config", Write(FederationProcess.Configuration("nats://127.0.0.1:1")), "--component", "other");

        Assert.Equal(2, await tap.ExitedAsync());
        Assert.EndsWith("found \"other\", expected one of " + Path.Combine(_directory.FullName, "node.conf") + ": edge-in",
            Assert.Single(tap.Errors), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_a_connection_the_program_ends_with_1()
    {
        await using var peer = FederationCommand.Start("tap", "--url", "ws://127.0.0.1:1/ingest");
        await using var nats = FederationCommand.Start("tap", "--config", Write(FederationProcess.Configuration("nats://127.0.0.1:1")));

        Assert.Equal((1, 1), (await peer.ExitedAsync(), await nats.ExitedAsync()));
        Assert.Contains("check that the node is running", Assert.Single(peer.Errors), StringComparison.Ordinal);
        Assert.StartsWith("cannot reach NATS at nats://127.0.0.1:1: ", Assert.Single(nats.Errors), StringComparison.Ordinal);
    }

    private static async Task<FederationCommand> StartAsync(SendingServer server, params string[] more)
    {
        var tap = FederationCommand.Start(["tap", "--url", $"{server.Url}", .. more]);
        await tap.SaysAsync("connected to ");
        await Eventually.TrueAsync(() => server.Open == 1, "a connection");
        return tap;
    }

    private string Write(string text)
    {
        var file = Path.Combine(_directory.FullName, "node.conf");
        File.WriteAllText(file, text);
        return file;
    }
}
