using System.Globalization;
using System.Text;
using Federation.Actors.IntegrationTests.Support;
using NATS.Client.Core;

namespace Federation.Actors.IntegrationTests;

/// <summary>Two nodes on one link, with batch frames and with ends that do not want them.</summary>
[Trait("Servers", "All")]
public sealed class BatchLinkTests : IAsyncLifetime
{
    private const int Count = 600;

    private NatsServer _nats = null!;
    private NatsConnection _publisher = null!;
    private NatsSubscriber _arrived = null!;

    public async Task InitializeAsync()
    {
        _nats = await NatsServer.StartAsync();
        _publisher = new NatsConnection(new NatsOpts { Url = _nats.Url });
        _arrived = await NatsSubscriber.StartAsync(_nats.Url, "hub.>");
    }

    public async Task DisposeAsync()
    {
        await _arrived.DisposeAsync();
        await _publisher.DisposeAsync();
        await _nats.DisposeAsync();
    }

    [Theory]
    [InlineData(true, true, false, DeliveryMode.AtLeastOnce, false)]
    [InlineData(true, true, true, DeliveryMode.AtLeastOnce, true)]
    [InlineData(true, true, true, DeliveryMode.AtMostOnce, false)]
    [InlineData(true, true, false, DeliveryMode.AtMostOnce, true)]
    [InlineData(false, true, false, DeliveryMode.AtLeastOnce, true)]
    [InlineData(true, false, true, DeliveryMode.AtLeastOnce, true)]
    [InlineData(false, false, false, DeliveryMode.AtLeastOnce, false)]
    public async Task Messages_of_every_kind_arrive_in_order_whichever_end_wants_frames(
        bool edgeBatches, bool hubBatches, bool decodes, DeliveryMode delivery, bool compresses)
    {
        await using var hub = await HubAsync(hubBatches, port => port with { DecodeRaw = decodes }, compresses);
        await using var edge = await EdgeAsync(hub.Url, edgeBatches, egress => egress with { Delivery = delivery });
        await FlowsAsync(edge);

        for (var i = 0; i < Count; i++)
        {
            await _publisher.PublishAsync($"edge.data.{i % 7}", Payload(i), serializer: NatsRawSerializer<byte[]>.Default);
        }

        await Eventually.TrueAsync(() => Data().Length >= Count, "all messages behind the hub");
        await Eventually.TrueAsync(async () => await edge.OutputMetricAsync("messages_held") == 0, "all is answered");
        Assert.Equal(Enumerable.Range(0, Count).Select(i => ($"hub.edge.data.{i % 7}", Text(Expected(i, decodes)))), Data());
        Assert.All(_arrived.Messages, static message => Assert.Equal("edge,hub", message.Headers!["Federation-Via"].ToString()));
        Assert.Equal(0, await edge.OutputMetricAsync("unknown_answers_total"));
        Assert.Equal(0, await edge.OutputMetricAsync("messages_resent_total"));
        await hub.AssertConservedAsync();
    }

    [Fact]
    public async Task Refused_messages_are_given_up_alone_and_requests_are_answered_meanwhile()
    {
        await using var hub = await HubAsync(true, static port => port with { AllowedSubjects = ["hub.edge.data.>", "hub.edge.probe"] });
        await using var edge = await EdgeAsync(hub.Url, true);
        await FlowsAsync(edge);

        for (var i = 0; i < Count; i++)
        {
            await _publisher.PublishAsync($"edge.{(i % 3 == 0 ? "secret" : "data")}.{i}", Encoding.UTF8.GetBytes($"{i}"));
            if (i % 100 == 0)
            {
                var status = await hub.Federation.StatusAsync("edge-in", "edge-uplink");
                Assert.Equal("msg/sec", status.Throughput.Unit);
            }
        }

        await Eventually.TrueAsync(() => Data().Length >= Count - (Count / 3), "all that may pass behind the hub");
        await Eventually.TrueAsync(async () => await edge.OutputMetricAsync("messages_held") == 0, "all is answered");
        Assert.Equal(Count / 3, await edge.OutputMetricAsync("messages_dropped_total", "reason=\"not_permitted\""));
        Assert.Equal(
            Enumerable.Range(0, Count).Where(static i => i % 3 != 0).Select(static i => $"{i}"),
            Data().Select(static data => data.Payload));
        await hub.AssertConservedAsync();
    }

    [Fact]
    public async Task A_profile_applies_to_each_message_of_a_frame()
    {
        var profile = new ProfileSettings
        {
            Name = "edge", MaxMessageSize = 1000, MaxRate = 400,
            Publish = new PublishSettings { Allow = ["hub.edge.data.>", "hub.edge.probe"] },
        };
        await using var hub = await HubAsync(true, auth: new AuthSettings { Profile = "edge", Profiles = [profile] });
        await using var edge = await EdgeAsync(hub.Url, true);
        await FlowsAsync(edge);

        for (var i = 0; i < Count; i++)
        {
            var payload = i % 3 == 1 ? $"\"{new string('x', 1000)}\"" : $"{i}";
            await _publisher.PublishAsync($"edge.{(i % 3 == 0 ? "secret" : "data")}.{i}", Encoding.UTF8.GetBytes(payload));
        }

        await Eventually.TrueAsync(() => Data().Length >= Count / 3, "all that may pass behind the hub");
        await Eventually.TrueAsync(async () => await edge.OutputMetricAsync("messages_held") == 0, "all is answered");
        Assert.Equal(
            Enumerable.Range(0, Count).Where(static i => i % 3 == 2).Select(static i => $"{i}"),
            Data().Select(static data => data.Payload));
        Assert.Equal(Count / 3, await edge.OutputMetricAsync("messages_dropped_total", "reason=\"not_permitted\""));
        Assert.Equal(Count / 3, await edge.OutputMetricAsync("messages_dropped_total", "reason=\"too_large\""));
        Assert.Equal(Count / 3, await hub.MetricAsync("permission_denials_total", "reason=\"publish\""));
        Assert.Equal(Count / 3, await hub.MetricAsync("permission_denials_total", "reason=\"size\""));
        Assert.InRange(await hub.MetricAsync("permission_denials_total", "reason=\"rate\""), 1, Count);
        await hub.AssertConservedAsync();
    }

    [Fact]
    public async Task Unanswered_messages_are_sent_again_on_the_next_connection()
    {
        await using var hub = await HubAsync(true);
        await using var link = FaultyLink.To(hub.Url.Port);
        await using var edge = await EdgeAsync(new Uri($"ws://127.0.0.1:{link.Port}/ingest"), true);
        await FlowsAsync(edge);

        for (var i = 0; i < Count; i++)
        {
            await _publisher.PublishAsync("edge.data.x", Encoding.UTF8.GetBytes($"{i}"));
            if (i % 150 == 75)
            {
                link.CutInTheMiddle();
                await Task.Yield();
            }
        }

        await Eventually.TrueAsync(
            () => Data().Select(static data => data.Payload).Distinct(StringComparer.Ordinal).Count() >= Count,
            "all messages behind the hub");
        await Eventually.TrueAsync(async () => await edge.OutputMetricAsync("messages_held") == 0, "all is answered");
        Assert.Equal(
            Enumerable.Range(0, Count),
            Data().Select(static data => int.Parse(data.Payload, CultureInfo.InvariantCulture)).Distinct().Order());
        Assert.Equal(0, await edge.OutputMetricAsync("messages_dropped_total"));
    }

    private static byte[] Payload(int i) => (i % 5) switch
    {
        0 => Encoding.UTF8.GetBytes($$"""{"n":{{i}}}"""),
        1 => Encoding.UTF8.GetBytes($" {i}\n"),
        2 => Encoding.UTF8.GetBytes($"text {i} \"\\"),
        3 => [(byte)i, (byte)(i >> 8), 0xFF],
        _ => [],
    };

    /// <summary>What the seed's wire makes of a payload: JSON without blanks around it, all else wrapped, or not with decode_raw.</summary>
    private static byte[] Expected(int i, bool decodes) => (i % 5) switch
    {
        0 => Payload(i),
        1 => Encoding.UTF8.GetBytes($"{i}"),
        _ when decodes => Payload(i),
        2 => Encoding.UTF8.GetBytes(
            $$"""{"type":"raw_data","subject":"edge.data.{{i % 7}}","encoding":"utf8","data":"text {{i}} \"\\"}"""),
        3 => Encoding.UTF8.GetBytes(
            $$"""{"type":"raw_data","subject":"edge.data.{{i % 7}}","encoding":"base64","data":"{{Base64(i)}}"}"""),
        _ => Encoding.UTF8.GetBytes($$"""{"type":"raw_data","subject":"edge.data.{{i % 7}}","encoding":"utf8","data":""}"""),
    };

    private static string Base64(int i) => Convert.ToBase64String(Payload(i));

    private static string Text(byte[]? payload) => Encoding.Latin1.GetString(payload ?? []);

    private (string Subject, string Payload)[] Data() =>
    [
        .. _arrived.Messages.Where(static message => message.Subject.StartsWith("hub.edge.data.", StringComparison.Ordinal))
            .Select(static message => (message.Subject, Text(message.Data))),
    ];

    private Task<TestNode> HubAsync(
        bool batches, Func<OutputPortSettings, OutputPortSettings>? change = null, bool compresses = false, AuthSettings? auth = null) =>
        StartAsync(
        "hub", TestNode.Component("edge-in") with
        {
            Server = new ServerSettings { Host = "127.0.0.1", HttpPort = 0, EnableCompression = compresses },
            Connection = new ConnectionSettings { Batching = batches },
            Auth = auth ?? new AuthSettings(),
            Ports = new PortsSettings
            {
                Outputs = [(change ?? (static port => port))(new OutputPortSettings { Name = "ws_data", Subject = "hub.{subject}" })],
            },
        });

    private Task<TestNode> EdgeAsync(Uri hub, bool batches, Func<EgressSettings, EgressSettings>? change = null) => StartAsync(
        "edge", TestNode.Component("uplink") with
        {
            Mode = ComponentMode.Client,
            Connection = new ConnectionSettings { Batching = batches },
            Client = new ClientSettings
            {
                Url = hub.ToString(),
                Reconnect = new ReconnectSettings
                    { InitialInterval = TimeSpan.FromMilliseconds(20), MaxInterval = TimeSpan.FromMilliseconds(50), MaxRetries = 0 },
            },
            Egress = (change ?? (static egress => egress))(new EgressSettings { QueueSize = 100_000, AckTimeout = SendingNode.Never }),
            Ports = new PortsSettings { Inputs = [new InputPortSettings { Name = "all", Subject = "edge.>" }] },
        });

    private Task<TestNode> StartAsync(string id, ComponentSettings component) => TestNode.StartAsync(
        new FederationSettings { NodeId = id, Nats = new NatsSettings { Url = _nats.Url }, Components = [component] });

    /// <summary>Waits until a message has come through and nothing is on its way.</summary>
    private async Task FlowsAsync(TestNode edge)
    {
        await Eventually.TrueAsync(
            async () =>
            {
                await _publisher.PublishAsync("edge.probe", "1"u8.ToArray());
                return _arrived.Messages.Count > 0;
            },
            "a message behind the hub");
        await Eventually.TrueAsync(async () => await edge.OutputMetricAsync("messages_held") == 0, "the probes to be answered");
    }
}
