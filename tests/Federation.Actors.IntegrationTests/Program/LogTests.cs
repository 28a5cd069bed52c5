using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Federation.Actors.Diagnostics;
using Federation.Actors.IntegrationTests.Support;

namespace Federation.Actors.IntegrationTests.Program;

/// <summary>What the program writes of what happens.</summary>
public sealed class LogTests
{
    [Fact]
    public async Task With_format_json_each_line_is_an_object_that_names_its_event_and_its_component()
    {
        await using var nats = await NatsServer.StartAsync();
        await using var node = await FederationProcess.RunAsync(
            FederationProcess.Configuration(nats.Url), "--set", "federation.log.format=json");
        await node.SaysAsync("\"bus_connected\"");
        node.Signal(ProcessSignal.Terminate);
        Assert.Equal(0, await node.ExitedAsync());

        var lines = node.Output.Select(line => JsonElement.Parse(line)).ToList();
        Assert.All(lines, line =>
        {
            Assert.Equal(DateTimeOffset.UtcNow,
                DateTimeOffset.Parse(line.GetProperty("timestamp").GetString()!, CultureInfo.InvariantCulture), TimeSpan.FromMinutes(10));
            Assert.Matches("^(debug|info|warning|error)$", line.GetProperty("level").GetString()!);
            Assert.NotEqual("", line.GetProperty("message").GetString());
        });
        var known = lines.Where(line => line.GetProperty("event").ValueKind == JsonValueKind.String).ToList();
        Assert.All(known, line => Assert.Contains(LogEvents.All, what =>
            what.Number == line.GetProperty("event_id").GetInt32()
                && string.Equals(what.Name, line.GetProperty("event").GetString(), StringComparison.Ordinal)));
        var listening = Assert.Single(known, line => line.GetProperty("event_id").GetInt32() == LogEvents.Listening.Number);
        Assert.Equal("edge-in", listening.GetProperty("component").GetString());
        Assert.StartsWith("edge-in listens on ws://", listening.GetProperty("message").GetString(), StringComparison.Ordinal);
        Assert.Contains(known, line => line.GetProperty("event_id").GetInt32() == LogEvents.AdminListening.Number);
    }

    [Fact]
    public async Task The_first_lines_name_version_node_configuration_and_ports_and_warn_of_open_ones()
    {
        await using var node = await FederationProcess.RunAsync(
            FederationProcess.Configuration("nats://127.0.0.1:1"), "--set", "federation.node_id=hub-1",
            "--set", "federation.components.edge-in.server.host=0.0.0.0");

        Assert.Matches(
            " info  104 Node hub-1, version [0-9.]+[^ ]*, starts with .*node.conf and uses any free port of 0.0.0.0, "
                + "any free port of 127.0.0.1$",
            node.Output[0]);
        Assert.Contains(" WARN  105 federation.components.edge-in.server.host: 0.0.0.0 with auth.type = none", node.Output[1],
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_flood_of_malformed_input_is_one_line_a_second_that_counts_the_others()
    {
        const int Flood = 20_000;
        await using var nats = await NatsServer.StartAsync();
        await using var node = await FederationProcess.RunAsync(
            FederationProcess.Configuration(nats.Url), "--set", "federation.component_defaults.connection.max_parse_errors=1000000");
        await using var peer = await TestPeer.ConnectAsync(node.Url);
        var begun = Stopwatch.GetTimestamp();

        for (var i = 0; i < Flood; i++)
        {
            await peer.SendAsync("no envelope\nat all");
        }

        // Behind all of the flood.
        await peer.SendAsync(TestPeer.Data("last", "1"));
        await peer.ReceiveAsync("ack");
        node.Signal(ProcessSignal.Terminate);
        Assert.Equal(0, await node.ExitedAsync());

        var said = node.Output.Where(line => line.Contains(" 206 edge-in: ", StringComparison.Ordinal)).ToList();
        var written = said.Where(line => !line.Contains("more malformed_input events", StringComparison.Ordinal)).ToList();
        Assert.All(written, line => Assert.Matches(
            @"^[0-9T:.-]+Z WARN  206 edge-in: client-1 at \S+ sent a malformed message, which gets no answer: .+"
                + @"( \([0-9]+ similar messages were suppressed\))?$", line));
        Assert.InRange(written.Count, 1, (int)Stopwatch.GetElapsedTime(begun).TotalSeconds + 1);
        Assert.InRange(said.Sum(HeldBack), 1, Flood - written.Count);
    }

    private static int HeldBack(string line)
    {
        var end = line.IndexOf(" more ", StringComparison.Ordinal);
        return end < 0 ? 0 : int.Parse(line[(line.LastIndexOfAny([' ', '('], end - 1) + 1)..end], CultureInfo.InvariantCulture);
    }
}
