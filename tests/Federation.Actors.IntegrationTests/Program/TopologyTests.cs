using System.Globalization;
using System.Text;
using Federation.Actors.IntegrationTests.Support;
using NATS.Client.Core;
using NATS.Client.JetStream;
using NATS.Client.JetStream.Models;

namespace Federation.Actors.IntegrationTests.Program;

/// <summary>The topologies of <c>config/topologies</c>: nodes as processes of their own, a nats-server for each site.</summary>
public sealed class TopologyTests
{
    [Fact]
    public async Task Edge_to_cloud_stores_each_message_of_the_edges_stream_once_although_the_cloud_is_killed()
    {
        await using var edgeNats = await NatsServer.StartAsync(new NatsServerOptions { JetStream = true });
        await using var cloudNats = await NatsServer.StartAsync(new NatsServerOptions { JetStream = true });
        await using var edge = new NatsConnection(new NatsOpts { Url = edgeNats.Url });
        await using var atCloud = new NatsConnection(new NatsOpts { Url = cloudNats.Url });
        var stream = new NatsJSContext(edge);
        await stream.CreateStreamAsync(new StreamConfig("sensors", ["sensors.>"]));
        await using var first = await RunAsync("edge-to-cloud/cloud", cloudNats, ("CLOUD_PORT", "0"));
        await using var sender = await RunAsync("edge-to-cloud/edge", edgeNats, ("CLOUD_URL", first.Url.ToString()));

        await StoreAsync(stream, 0, 200);
        await Eventually.TrueAsync(async () => await StoredAsync(atCloud) >= 100, "messages at the cloud");
        first.Kill();
        await first.ExitedAsync();
        await StoreAsync(stream, 200, 400);
        await using var second = await RunAsync(
            "edge-to-cloud/cloud", cloudNats, ("CLOUD_PORT", first.Url.Port.ToString(CultureInfo.InvariantCulture)));

        await Eventually.TrueAsync(async () => await StoredAsync(atCloud) >= 400, "all messages at the cloud");
        Assert.Equal(
            Enumerable.Range(0, 400).Select(static i => ($"edges.edge-to-cloud.sensors.{i}", $"{i}")).Order(),
            (await StreamedMessage.ReadAllAsync(cloudNats.Url, "edges"))
                .Select(static message => (message.Subject, message.Payload)).Order());
    }

    [Fact]
    public async Task Two_regions_see_all_events_of_both_once()
    {
        await using var eastNats = await NatsServer.StartAsync();
        await using var westNats = await NatsServer.StartAsync();
        await using var atEast = await NatsSubscriber.StartAsync(eastNats.Url, "events.>");
        await using var atWest = await NatsSubscriber.StartAsync(westNats.Url, "events.>");
        await using var east = await RunAsync("two-regions/east", eastNats, ("EAST_PORT", "0"));
        await using var west = await RunAsync("two-regions/west", westNats, ("EAST_URL", east.Url.ToString()));
        await FlowsAsync(eastNats, "events.start.east", atWest);
        await FlowsAsync(westNats, "events.start.west", atEast);

        for (var i = 0; i < 100; i++)
        {
            await PublishAsync(eastNats, $"events.east.{i}", "{}");
            await PublishAsync(westNats, $"events.west.{i}", "{}");
        }

        await PublishAsync(eastNats, "events.last.east", "{}");
        await PublishAsync(westNats, "events.last.west", "{}");
        string[] expected = [.. Enumerable.Range(0, 100).SelectMany(static i => new[] { $"events.east.{i}", $"events.west.{i}" }).Order(
            StringComparer.Ordinal)];
        foreach (var region in new[] { atEast, atWest })
        {
            await Eventually.TrueAsync(() => region.Messages.Count(
                static message => message.Subject.StartsWith("events.last", StringComparison.Ordinal)) == 2, "the last ones");
            Assert.Equal(expected, region.Messages.Select(static message => message.Subject)
                .Where(static subject => subject.StartsWith("events.east", StringComparison.Ordinal) || subject.StartsWith(
                    "events.west", StringComparison.Ordinal))
                .Order(StringComparer.Ordinal));
        }
    }

    [Fact]
    public async Task Edge_region_and_cloud_see_a_message_on_one_subject_and_where_it_has_passed()
    {
        await using var edgeNats = await NatsServer.StartAsync();
        await using var regionNats = await NatsServer.StartAsync();
        await using var cloudNats = await NatsServer.StartAsync();
        await using var atRegion = await NatsSubscriber.StartAsync(regionNats.Url, "sensors.>");
        await using var atCloud = await NatsSubscriber.StartAsync(cloudNats.Url, "sensors.>");
        await using var cloud = await RunAsync("edge-region-cloud/cloud", cloudNats, ("CLOUD_PORT", "0"));
        await using var region = await RunAsync(
            "edge-region-cloud/region", regionNats, ("REGION_PORT", "0"), ("CLOUD_URL", cloud.Url.ToString()));
        await using var edge = await RunAsync("edge-region-cloud/edge", edgeNats, ("REGION_URL", region.Url.ToString()));
        await FlowsAsync(edgeNats, "sensors.start", atCloud);

        for (var i = 0; i < 100; i++)
        {
            await PublishAsync(edgeNats, $"sensors.line-1.{i}", $"reading {i}");
        }

        foreach (var site in new[] { atRegion, atCloud })
        {
            await Eventually.TrueAsync(() => Readings(site).Count() >= 100, "all readings");
            Assert.Equal(Enumerable.Range(0, 100).Select(static i => ($"sensors.line-1.{i}", $"reading {i}")), Readings(site));
        }

        Assert.Equal("edge,region,cloud", atCloud.Messages.Last().Headers!["Federation-Via"].ToString());

        static IEnumerable<(string Subject, string Payload)> Readings(NatsSubscriber site) =>
            site.Messages.Where(static message => message.Subject.StartsWith("sensors.line-1", StringComparison.Ordinal))
                .Select(static message => (message.Subject, Encoding.UTF8.GetString(message.Data!)));
    }

    [Fact]
    public async Task A_hub_hears_each_of_50_edges_and_reaches_them_all()
    {
        await using var hubNats = await NatsServer.StartAsync();
        await using var edgeNats = await NatsServer.StartAsync();
        await using var fleetNats = await NatsServer.StartAsync();
        await using var atHub = await NatsSubscriber.StartAsync(hubNats.Url, "edges.>");
        await using var atEdge = await NatsSubscriber.StartAsync(edgeNats.Url, "broadcast.>");
        await using var atFleet = await NatsSubscriber.StartAsync(fleetNats.Url, "at.>");
        await using var hub = await RunAsync("hub-and-edges/hub", hubNats, ("HUB_PORT", "0"));
        await using var edge = await RunAsync("hub-and-edges/edge", edgeNats, ("HUB_URL", hub.Url.ToString()), ("EDGE_NAME", "edge-1"));

        // 49 more in one process, which tells them apart by their components.
        await using var fleet = await FederationProcess.RunAsync(Fleet(fleetNats.Url, hub.Url));
        await Eventually.TrueAsync(() => fleet.Output.Count(
            static line => line.Contains("is connected to ws", StringComparison.Ordinal)) == 49, "49 edges to be connected", Patience.Long);
        await FlowsAsync(edgeNats, "readings.start", atHub);
        await Eventually.TrueAsync(
            async () =>
            {
                for (var i = 2; i <= 50; i++)
                {
                    await PublishAsync(fleetNats, $"readings.edge-{i}.start", "0");
                }

                return Names(atHub, 1).Count() == 50;
            },
            "all 50 to be heard");
        await Eventually.TrueAsync(
            async () =>
            {
                await PublishAsync(hubNats, "broadcast.start", "0");
                return Names(atFleet, 1).Count() == 49 && atEdge.Messages.Count > 0;
            },
            "all 50 to be reached");

        await PublishAsync(edgeNats, "readings.last", "\"from edge-1\"");
        for (var i = 2; i <= 50; i++)
        {
            await PublishAsync(fleetNats, $"readings.edge-{i}.last", $"\"from edge-{i}\"");
        }

        await PublishAsync(hubNats, "broadcast.last", "\"to all\"");

        await Eventually.TrueAsync(
            () => Last(atHub).Count() >= 50 && Last(atFleet).Count() >= 49 && Last(atEdge).Any(), "the last messages");
        Assert.Equal(Enumerable.Range(1, 50).Select(static i => $"\"from edge-{i}\"").Order(StringComparer.Ordinal), Last(atHub).Order(
            StringComparer.Ordinal));
        Assert.Equal(Enumerable.Repeat("\"to all\"", 49), Last(atFleet));
        Assert.Equal(["\"to all\""], Last(atEdge));
    }

    private static string Fleet(string nats, Uri hub) => $$"""
        federation {
          node_id = fleet
          nats.url = "{{nats}}"
          admin.port = 0
          component_defaults {
            mode = client
            client { url = "{{hub}}", reconnect.max_retries = 0 }
          }
          components {
            {{string.Concat(Enumerable.Range(2, 49).Select(static i => $$"""
            edge-{{i}}.ports { inputs = [ { name = readings, subject = "readings.edge-{{i}}.>" } ],
                outputs = [ { name = ws_data, subject = "at.{component}.{subject}" } ] }

            """))}}
          }
        }
        """;

    private static IEnumerable<string> Names(NatsSubscriber site, int token) =>
        site.Messages.Select(message => message.Subject.Split('.')[token]).Distinct(StringComparer.Ordinal);

    private static IEnumerable<string> Last(NatsSubscriber site) =>
        site.Messages.Where(static message => message.Subject.EndsWith(".last", StringComparison.Ordinal)).Select(
            static message => Encoding.UTF8.GetString(message.Data!));

    /// <summary>
    /// Runs a node of <c>config/topologies</c>, whose variables start with the file's name, and waits until it listens or dials.
    /// </summary>
    private static async Task<FederationProcess> RunAsync(string path, NatsServer nats, params (string Name, string Value)[] more)
    {
        var site = Path.GetFileName(path).ToUpperInvariant();
        var environment = more.Append(($"{site}_NATS_URL", nats.Url)).Append(($"{site}_ADMIN_PORT", "0")).ToDictionary(
            StringComparer.Ordinal);
        var process = FederationProcess.Start(
            FederationProcess.Program, null, environment, "run", "--config", Repository.File($"config/topologies/{path}.conf"));
        try
        {
            await process.ListeningAsync();
            return process;
        }
        catch
        {
            await process.DisposeAsync();
            throw;
        }
    }

    private static async Task FlowsAsync(NatsServer from, string subject, NatsSubscriber to) => await Eventually.TrueAsync(
        async () =>
        {
            await PublishAsync(from, subject, "0");
            return to.Messages.Any(message => message.Subject.EndsWith(subject, StringComparison.Ordinal));
        },
        subject + " to arrive");

    private static async Task PublishAsync(NatsServer nats, string subject, string payload)
    {
        await using var connection = new NatsConnection(new NatsOpts { Url = nats.Url });
        await connection.PublishAsync(subject, Encoding.UTF8.GetBytes(payload), serializer: NatsRawSerializer<byte[]>.Default);
        await connection.PingAsync();
    }

    private static async Task StoreAsync(NatsJSContext stream, int from, int to)
    {
        for (var i = from; i < to; i++)
        {
            (await stream.PublishAsync($"sensors.{i}", Encoding.UTF8.GetBytes($"{i}"), serializer: NatsRawSerializer<byte[]>.Default))
                .EnsureSuccess();
        }
    }

    private static async Task<long> StoredAsync(NatsConnection nats)
    {
        try
        {
            return (long)(await new NatsJSContext(nats).GetStreamAsync("edges")).Info.State.Messages;
        }
        catch (NatsJSApiException)
        {
            // It is made with the first message.
            return 0;
        }
    }
}
